import type { Container, Pod } from '../api/kubernetes.ts'
import type { ContainerDecision, InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import type { Reason } from '../api/reasons.ts'
import type { DecisionContext, TraceEntry } from './types.ts'

export interface Refusal {
  reason: Reason
  message: string
}

/** What a rule found, the setting, label or field behind it and, if the rule refuses, the reason. */
export interface RuleResult {
  finding: string
  from: string
  refusal?: Refusal
}

export interface Rule<Subject> {
  rule: string
  check: (subject: Subject) => RuleResult
}

/** A container with its decision from the InstrumentationConfig. */
export interface ContainerSubject {
  pod: Pod
  container: Container
  decision: ContainerDecision
  spec: InstrumentationConfigSpec
  context: DecisionContext
  /** An earlier admission injected this agent, so what looks like ours may be ours. */
  wasInjected: boolean
  /** Init containers added for the containers before this one. */
  planned: readonly Container[]
}

export const allowed = (finding: string, from: string): RuleResult => ({ finding, from })

export const refused = (reason: Reason, message: string, from: string): RuleResult => ({
  finding: message,
  from,
  refusal: { reason, message },
})

/** Evaluates rules in order until one refuses; every result is added to the trace. */
export const firstRefusal = <Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  trace: TraceEntry[],
  container?: string,
): Refusal | undefined => {
  for (const { rule, check } of rules) {
    const { finding, from, refusal } = check(subject)
    trace.push(container === undefined ? { rule, finding, from } : { rule, finding, from, container })
    if (refusal) return refusal
  }
  return undefined
}
