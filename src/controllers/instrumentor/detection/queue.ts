/** The states of a target: it waits for a detector pod, is inspected by one, and is done. Pure. */
import type { Findings } from './findings.ts'
import { inspectableInMs, nextFindings } from './findings.ts'
import type { DetectionTarget } from './manifest.ts'
import type { TargetReport } from './read-report.ts'

interface Waiting {
  phase: 'waiting'
  target: DetectionTarget
  /** The latest findings; they count until there are others. */
  findings: Findings | undefined
}

interface Running extends Omit<Waiting, 'phase'> {
  phase: 'running'
  /** The detector pod that inspects the target: only its report counts. */
  podName: string
  startedAtMs: number
}

interface Inspected {
  phase: 'inspected'
  findings: Findings | undefined
}

export type TargetState = Waiting | Running | Inspected

export type TargetEvent =
  | { is: 'requested'; target: DetectionTarget; nowMs: number }
  | { is: 'started'; podName: string; nowMs: number }
  /** Without containers, but with a problem, where the detector failed. */
  | ({ is: 'reported'; podName: string; nowMs: number } & Pick<TargetReport, 'containers' | 'problem'>)
  /** The target was inspected, but what was found did not fit into the message. */
  | { is: 'overflowed'; podName: string }

type StateOf<Phase> = Extract<TargetState, { phase: Phase }>
type EventOf<Name> = Extract<TargetEvent, { is: Name }>
type Transitions = {
  [Phase in TargetState['phase']]: {
    [Name in TargetEvent['is']]?: (state: StateOf<Phase>, event: EventOf<Name>) => TargetState
  }
}

const TRANSITIONS: Transitions = {
  waiting: {
    // The pod that it was about may be gone by the time that it is its turn.
    requested: (state, { target }) => ({ ...state, target }),
    started: ({ target, findings }, { podName, nowMs }) => ({
      phase: 'running',
      target,
      findings,
      podName,
      startedAtMs: nowMs,
    }),
  },
  running: {
    reported: (state, { podName, nowMs, ...report }) =>
      podName === state.podName
        ? { phase: 'inspected', findings: nextFindings(state.findings, state.target, report, nowMs) }
        : state,
    overflowed: (state, { podName }) =>
      podName === state.podName ? { phase: 'waiting', target: state.target, findings: state.findings } : state,
  },
  inspected: {
    requested: (state, { target, nowMs }) =>
      inspectableInMs(state.findings, target, nowMs) === 0
        ? { phase: 'waiting', target, findings: state.findings }
        : state,
  },
}

/** Before anything was requested. */
export const UNKNOWN_TARGET: TargetState = { phase: 'inspected', findings: undefined }

/** The state after an event; the same one where the event comes too late to matter. */
export const nextTarget = (state: TargetState, event: TargetEvent): TargetState => {
  const transition = TRANSITIONS[state.phase][event.is] as
    ((state: TargetState, event: TargetEvent) => TargetState) | undefined
  return transition?.(state, event) ?? state
}

/** Milliseconds after which to request a target again; `undefined` where an inspection is due, or none is needed. */
export const requestAgainMs = (state: TargetState, target: DetectionTarget, nowMs: number): number | undefined =>
  (state.phase === 'inspected' && inspectableInMs(state.findings, target, nowMs)) || undefined
