/** Display names of states and languages. The texts of the reasons are in src/api/reasons.ts. */
import type { Condition } from '../api/conditions.ts'
import type { Reason } from '../api/reasons.ts'
import { isReason, REASONS } from '../api/reasons.ts'
import type { Language } from '../api/vocabulary.ts'
import type { RowState, WorkloadView } from './view.ts'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet'

export const STATES: Record<RowState, { label: string; tone: Tone; meaning: string }> = {
  Instrumented: { label: 'Instrumented', tone: 'good', meaning: 'The pods have their agents, and telemetry arrives.' },
  Injected: {
    label: 'Injected',
    tone: 'busy',
    meaning: 'The pods have their agents. No telemetry has arrived yet.',
  },
  NothingArrives: {
    label: 'Nothing arrives',
    tone: 'warn',
    meaning:
      'The pods have their agents and traffic, but no telemetry has arrived. The workload names the likely cause.',
  },
  RestartRequired: {
    label: 'Restart required',
    tone: 'warn',
    meaning: 'Pods that were created before the decision are running.',
  },
  WaitingForDestination: {
    label: 'Waiting for destination',
    tone: 'warn',
    meaning: 'No destination receives the telemetry.',
  },
  Detecting: { label: 'Detecting', tone: 'busy', meaning: 'The languages of the containers are being detected.' },
  NotInstrumented: {
    label: 'Not instrumented',
    tone: 'quiet',
    meaning: 'No container can be instrumented, or new pods would not get their agents. The workload has the reason.',
  },
  RolledBack: {
    label: 'Rolled back',
    tone: 'bad',
    meaning: 'The agent was removed: pods did worse with it, were refused, or its image is unavailable.',
  },
  NotOptedIn: { label: 'Not opted in', tone: 'quiet', meaning: 'Neither the workload nor its namespace is opted in.' },
  OptedOut: {
    label: 'Opted out',
    tone: 'quiet',
    meaning: 'The label odigos-instrumentation=disabled opts the workload out.',
  },
}

export const LANGUAGE_NAMES: Record<Language, string> = {
  nodejs: 'Node.js',
  python: 'Python',
  java: 'Java',
  go: 'Go',
  dotnet: '.NET',
  ruby: 'Ruby',
  php: 'PHP',
  native: 'Native',
  bun: 'Bun',
  deno: 'Deno',
  erlang: 'Erlang',
  infrastructure: 'Infrastructure',
}

/** Conditions whose status True needs attention. */
const UNWANTED_CONDITIONS = new Set(['RestartRequired', 'RolledBack'])

export const conditionTone = ({ type, status }: Pick<Condition, 'type' | 'status'>): Tone => {
  if (status === 'Unknown') return 'busy'
  if (UNWANTED_CONDITIONS.has(type)) return status === 'True' ? 'warn' : 'good'
  return status === 'True' ? 'good' : 'warn'
}

/** `1 pod`, `2 pods`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** Turns the short text of a reason into a sentence: capital letter and full stop. A command stays as it is, to be copied. */
export const sentence = (text: string): string => {
  if (text === '' || text.startsWith('kubectl ')) return text
  const hasEnd = /[.!?…]$/.test(text) || text.includes(': kubectl ')
  return `${text[0]?.toUpperCase()}${text.slice(1)}${hasEnd ? '' : '.'}`
}

/** Meaning and remedy of a reason; one that only a newer controller defines is returned as it is. */
export const explain = (reason: string): { meaning: string; remedy: string } =>
  isReason(reason) ? REASONS[reason] : { meaning: reason, remedy: '' }

/** Reasons for having no agent that need no attention. */
const AS_INTENDED: readonly Reason[] = [
  'Infrastructure',
  'OptedOut',
  'NotOptedIn',
  'IgnoredContainer',
  'IgnoredNamespace',
  'OverriddenByUser',
]

export const isAsIntended = (reason: Reason): boolean => AS_INTENDED.includes(reason)

/** Why an opted-in workload has no agent; undefined if it has one, or if that is as intended. */
export const refusalReason = ({ containers }: WorkloadView): Reason | undefined =>
  containers.some(({ agent }) => agent !== undefined)
    ? undefined
    : containers.map(({ reason }) => reason).find((reason) => !isAsIntended(reason))
