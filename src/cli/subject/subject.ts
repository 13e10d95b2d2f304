/** A pod that the webhook would be asked about, with everything that its decision reads. */
import jsonPatch from 'fast-json-patch'
import type { Pod } from '../../api/kubernetes.ts'
import { decide } from '../../inject/decide.ts'
import type { Decision, DecisionContext } from '../../inject/types.ts'

export interface Subject {
  /** `Deployment cart in shop`. */
  title: string
  pod: Pod
  context: DecisionContext
  /** What was assumed, for the reader. */
  notes: string[]
}

export interface Judged extends Subject {
  decision: Decision
  /** The pod as the webhook would leave it. */
  after: Pod
}

/** The decision of the webhook. */
export const judgeSubject = (subject: Subject): Judged => {
  const decision = decide(subject.pod, subject.context)
  const after = jsonPatch.applyPatch(
    structuredClone(subject.pod),
    structuredClone(decision.patch) as jsonPatch.Operation[],
  ).newDocument
  return { ...subject, decision, after }
}
