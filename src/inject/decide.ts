import type { Container, Pod } from '../api/kubernetes.ts'
import type { InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import type { InjectionEntry } from '../api/agents/injection-annotation.ts'
import { formatInjection, parseInjection } from '../api/agents/injection-annotation.ts'
import { INJECTION_ANNOTATION, INJECTION_HASH_ANNOTATION } from '../api/names.ts'
import type { Reason } from '../api/reasons.ts'
import { shortMessage } from '../api/types/container.ts'
import type { AgentRegistry } from './agents/index.ts'
import { AGENT_DEFINITIONS } from './agents/index.ts'
import { injectionHash } from './hash.ts'
import { emptyPlan, planContainer } from './plan.ts'
import { additivePatch } from './pod/additive-patch.ts'
import { annotationsFit } from './pod/annotations-fit.ts'
import { mutatePod } from './pod/mutate-pod.ts'
import { isPod } from './pod/shape.ts'
import { firstRefusal } from './rule.ts'
import { judge, podRules } from './rules/index.ts'
import type { ContainerOutcome, Decision, DecisionContext, TraceEntry } from './types.ts'

const unchanged = (outcome: Reason, trace: TraceEntry[]): Decision => ({ patch: [], containers: {}, outcome, trace })

const undecided = (container: Container): InstrumentationConfigSpec['containers'][number] => ({
  name: container.name,
  reason: 'NotDetectedYet',
  message: 'the container is not in the InstrumentationConfig',
})

/**
 * What is written on the pod; the message only where the InstrumentationConfig has an agent for the container. A second
 * admission, which sees what the first one added, keeps what that wrote of the same reason.
 */
const written = (
  { agent, reason, message }: ContainerOutcome,
  decided: string | undefined,
  earlier: InjectionEntry | undefined,
): InjectionEntry => {
  if (agent) return { agent, reason }
  if (!decided) return { reason }
  return { reason, message: (earlier?.reason === reason && earlier.message) || shortMessage(message) }
}

const outcomeOfPod = (containers: Decision['containers'], isUnchanged: boolean): Reason => {
  const reasons = Object.values(containers).map(({ reason }) => reason)
  if (!reasons.includes('Injected')) return reasons[0] ?? 'NothingToInstrument'
  return isUnchanged ? 'AlreadyInjected' : 'Injected'
}

interface InjectionSubject {
  pod: Pod
  spec: InstrumentationConfigSpec
  context: DecisionContext
  agents: AgentRegistry
}

const inject = ({ pod, spec, context, agents }: InjectionSubject, trace: TraceEntry[]): Decision => {
  const before = parseInjection(pod.metadata?.annotations)
  const plan = emptyPlan()
  const containers: Record<string, ContainerOutcome> = {}
  const entries: Record<string, InjectionEntry> = {}
  for (const container of pod.spec.containers) {
    const decision = spec.containers.find(({ name }) => name === container.name) ?? undecided(container)
    const earlier = before.get(container.name)
    const wasInjected =
      earlier?.reason === 'Injected' && earlier.agent !== undefined && earlier.agent === decision.agent
    const agent = decision.agent && agents[decision.agent]
    const candidate = { pod, container, decision, spec, context, wasInjected, planned: plan.initContainers, agent }
    const { outcome, toInject } = judge(candidate, trace)
    containers[container.name] = outcome
    entries[container.name] = written(outcome, decision.agent, earlier)
    if (toInject) planContainer(toInject, plan, trace)
  }
  plan.annotations = {
    [INJECTION_ANNOTATION]: formatInjection(entries),
    [INJECTION_HASH_ANNOTATION]: injectionHash(spec, context.settings, context.images, agents),
  }
  if (!annotationsFit(pod, plan.annotations)) return unchanged('TooLarge', trace)
  const patch = additivePatch(pod, mutatePod(pod, plan))
  return { patch, containers, outcome: outcomeOfPod(containers, patch.length === 0), trace }
}

/**
 * Decides how a pod is changed, and why. Pure: never modifies its argument, returns a decision for any value, and reads
 * nothing but its arguments. A pod of no instrumented workload gets an empty patch; any other gets at least the
 * annotation that explains the outcome for each container.
 */
export const decide = (pod: unknown, context: DecisionContext, agents: AgentRegistry = AGENT_DEFINITIONS): Decision => {
  const trace: TraceEntry[] = []
  if (!isPod(pod)) return unchanged('MalformedRequest', trace)
  const refusal = firstRefusal(podRules, { pod, context }, trace)
  return refusal || !context.configFor
    ? unchanged(refusal?.reason ?? 'NoSuchWorkload', trace)
    : inject({ pod, spec: context.configFor, context, agents }, trace)
}
