/** How states and languages are called on the page. The reasons' own words are in src/api/reasons.ts. */
import type { Reason } from '../../src/api/reasons.ts'
import { isReason, REASONS } from '../../src/api/reasons.ts'
import type { Language } from '../../src/api/vocabulary.ts'
import type { RowState, WorkloadView } from './view.ts'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet'

export const STATES: Record<RowState, { label: string; tone: Tone; meaning: string }> = {
  Instrumented: { label: 'Instrumented', tone: 'good', meaning: 'Every running pod carries its agents.' },
  RestartRequired: {
    label: 'Restart required',
    tone: 'warn',
    meaning: 'Pods run that were created before the decision.',
  },
  WaitingForDestination: {
    label: 'Waiting for destination',
    tone: 'warn',
    meaning: 'There is no destination, so telemetry has nowhere to go yet.',
  },
  Detecting: { label: 'Detecting', tone: 'busy', meaning: 'The language of its containers is being found out.' },
  NotInstrumented: {
    label: 'Left alone',
    tone: 'quiet',
    meaning: 'No container takes an agent; the reasons are below.',
  },
  RolledBack: { label: 'Rolled back', tone: 'bad', meaning: 'Pods crashed with the agent, so it was taken out again.' },
  NotOptedIn: { label: 'Off', tone: 'quiet', meaning: 'Neither the workload nor its namespace is opted in.' },
  OptedOut: { label: 'Opted out', tone: 'quiet', meaning: 'The label odigos-instrumentation=disabled keeps it out.' },
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

/** `1 pod`, `2 pods`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** First letter in upper case and a full stop, for the short texts of the reasons. */
export const sentence = (text: string): string =>
  text === '' ? '' : `${text[0]?.toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`

/** Meaning and remedy of a reason; a controller that is newer than the UI can write one that it does not know. */
export const explain = (reason: string): { meaning: string; remedy: string } =>
  isReason(reason) ? REASONS[reason] : { meaning: reason, remedy: '' }

/** Reasons for having no agent that are as they should be. */
const AS_INTENDED: readonly Reason[] = [
  'Infrastructure',
  'OptedOut',
  'NotOptedIn',
  'IgnoredContainer',
  'IgnoredNamespace',
  'OverriddenByUser',
]

export const isAsIntended = (reason: Reason): boolean => AS_INTENDED.includes(reason)

/** Why a workload that was opted in gets no agent, where a person may want to know. */
export const refusalReason = ({ containers }: WorkloadView): Reason | undefined =>
  containers.some(({ agent }) => agent !== undefined)
    ? undefined
    : containers.map(({ reason }) => reason).find((reason) => !isAsIntended(reason))
