import type { Container, Pod } from '../api/kubernetes.ts'
import type { InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import { INJECTION_ANNOTATION, INJECTION_HASH_ANNOTATION } from '../api/names.ts'
import type { Reason } from '../api/reasons.ts'
import { annotationsFit, formatAnnotation, injectedBefore } from './pod/annotation.ts'
import { containerRules } from './rules/container-rules.ts'
import { carriesAgent } from './delivery/files.ts'
import { injectionHash } from './hash.ts'
import { mutatePod } from './pod/mutate-pod.ts'
import { additivePatch } from './pod/additive-patch.ts'
import { emptyPlan, planContainer } from './plan.ts'
import { podRules } from './rules/pod-rules.ts'
import { RECIPES } from './agents/index.ts'
import type { Answer } from './rule.ts'
import { firstRefusal } from './rule.ts'
import { isPod } from './pod/shape.ts'
import type { ContainerOutcome, Decision, DecisionContext, TraceEntry } from './types.ts'

const unchanged = (outcome: Reason, trace: TraceEntry[]): Decision => ({ patch: [], containers: {}, outcome, trace })

const undecided = (container: Container): InstrumentationConfigSpec['containers'][number] => ({
  name: container.name,
  reason: 'NotDetectedYet',
  message: 'the container is not in the InstrumentationConfig',
})

const outcomeOf = (refusal: Answer['refusal'], agent: ContainerOutcome['agent']): ContainerOutcome =>
  refusal ?? { ...(agent ? { agent } : {}), reason: 'Injected', message: `${agent} was added` }

/** What another webhook added between two admissions can forbid the agent, but the pod has it: nothing is taken out. */
const staysInjected = (
  refusal: NonNullable<Answer['refusal']>,
  agent: ContainerOutcome['agent'],
): ContainerOutcome => ({
  ...outcomeOf(undefined, agent),
  message: `${agent} was added before it was forbidden (${refusal.reason}): ${refusal.message}`,
})

const outcomeOfPod = (containers: Decision['containers'], isUnchanged: boolean): Reason => {
  const reasons = Object.values(containers).map(({ reason }) => reason)
  if (!reasons.includes('Injected')) return reasons[0] ?? 'NothingToInstrument'
  return isUnchanged ? 'AlreadyInjected' : 'Injected'
}

const inject = (pod: Pod, spec: InstrumentationConfigSpec, context: DecisionContext, trace: TraceEntry[]): Decision => {
  const before = injectedBefore(pod)
  const plan = emptyPlan()
  const containers: Record<string, ContainerOutcome> = {}
  for (const container of pod.spec.containers) {
    const decision = spec.containers.find(({ name }) => name === container.name) ?? undecided(container)
    const wasInjected = decision.agent !== undefined && before.get(container.name) === decision.agent
    const subject = { pod, container, decision, spec, context, wasInjected }
    const { agent } = decision
    const rules = agent ? [...containerRules, ...RECIPES[agent].rules] : containerRules
    const refusal = firstRefusal(rules, subject, trace, container.name) ?? planContainer(subject, agent, plan, trace)
    containers[container.name] =
      refusal && carriesAgent(subject) ? staysInjected(refusal, agent) : outcomeOf(refusal, agent)
  }
  plan.annotations = {
    [INJECTION_ANNOTATION]: formatAnnotation(containers),
    [INJECTION_HASH_ANNOTATION]: injectionHash(spec, context.settings, context.images),
  }
  if (!annotationsFit(pod, plan.annotations)) return unchanged('TooLarge', trace)
  const patch = additivePatch(pod, mutatePod(pod, plan))
  return { patch, containers, outcome: outcomeOfPod(containers, patch.length === 0), trace }
}

/**
 * What is done to a pod and why. Pure, never changes the pod that it is given, answers for any value, and asks nothing
 * but its arguments. A pod that belongs to no instrumented workload gets an empty patch; any other at least the
 * annotation that says why its containers are as they are.
 */
export const decide = (pod: unknown, context: DecisionContext): Decision => {
  const trace: TraceEntry[] = []
  if (!isPod(pod)) return unchanged('MalformedRequest', trace)
  const refusal = firstRefusal(podRules, { pod, context }, trace)
  return refusal || !context.configFor
    ? unchanged(refusal?.reason ?? 'NoSuchWorkload', trace)
    : inject(pod, context.configFor, context, trace)
}
