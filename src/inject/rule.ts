import type { Container, Pod } from '../api/kubernetes.ts'
import type { ContainerDecision, InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import type { Reason } from '../api/reasons.ts'
import type { DecisionContext, TraceEntry } from './types.ts'

export interface Refusal {
  reason: Reason
  message: string
}

/** What a rule returns: its answer, where that came from and, where it forbids, the reason. */
export interface Answer {
  answer: string
  from: string
  refusal?: Refusal
}

export interface Rule<Subject> {
  rule: string
  ask: (subject: Subject) => Answer
}

/** A container for which the InstrumentationConfig has a decision. */
export interface ContainerSubject {
  pod: Pod
  container: Container
  decision: ContainerDecision
  spec: InstrumentationConfigSpec
  context: DecisionContext
  /** An earlier admission put this agent there: what looks like ours may be ours. */
  wasInjected: boolean
  /** Init containers that are added for the containers before this one. */
  planned: readonly Container[]
}

export const allowed = (answer: string, from: string): Answer => ({ answer, from })

export const refused = (reason: Reason, message: string, from: string): Answer => ({
  answer: message,
  from,
  refusal: { reason, message },
})

/** Evaluates rules in order until one refuses; every answer goes to the trace. */
export const firstRefusal = <Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  trace: TraceEntry[],
  container?: string,
): Refusal | undefined => {
  for (const { rule, ask } of rules) {
    const { answer, from, refusal } = ask(subject)
    trace.push(container === undefined ? { rule, answer, from } : { rule, answer, from, container })
    if (refusal) return refusal
  }
  return undefined
}
