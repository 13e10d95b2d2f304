import type { KnownContainer, Rollback } from '../../../api/kinds/instrumentation-config.ts'
import { OWN_SDK_LABEL } from '../../../api/names.ts'
import { shortMessage } from '../../../api/types/container.ts'
import type { Agent } from '../../../api/vocabulary.ts'
import type { Observed } from '../observed.ts'
import { hasAgent, hasStarted, isAlive } from '../watch/pod-view.ts'
import { agentSettings } from './agent-settings.ts'
import { overridesOf } from './overrides.ts'
import { selectAgent } from './select-agent.ts'

const noRoomFor = (rule: string): string => `InstrumentationRule ${rule} is left out: together they set too much`

const cut = (container: KnownContainer): KnownContainer => ({ ...container, message: shortMessage(container.message) })

/** With what InstrumentationRules set for the agent. */
const withSettings = (
  selected: KnownContainer,
  agent: Agent,
  { namespace, workload, rules }: Observed,
): KnownContainer => {
  const subject = {
    namespaceLabels: namespace.labels ?? {},
    workloadLabels: workload.metadata.labels ?? {},
    language: selected.language,
    agent,
  }
  const { variables, leftOut } = agentSettings(subject, rules)
  return cut({
    ...selected,
    message: [selected.message, ...leftOut.map(noRoomFor)].join('; '),
    ...(variables.length > 0 ? { settings: variables } : {}),
  })
}

/** Without an agent whose image could not be pulled beside, unless a pod of the workload has it. */
const withoutHeldBack = ({ unavailable, pods }: Observed, selected: KnownContainer): KnownContainer => {
  const { agent, ...rest } = selected
  const message = agent && unavailable.get(agent)
  if (message === undefined || pods.some((pod) => isAlive(pod) && hasAgent(pod) && hasStarted(pod))) return selected
  return { ...rest, reason: 'AgentImageUnavailable', message }
}

/** The decision about one container of a workload, with what was detected in it. `rolledBack` is why no agent is added. */
export const knownContainer = (
  observed: Observed,
  container: string,
  rolledBack: Pick<Rollback, 'message' | 'reason'> | undefined,
): KnownContainer => {
  const { workload, settings } = observed
  const found = observed.detections.get(container)
  const chosen = selectAgent({
    container,
    image: found?.image,
    imageReference: found?.imageReference,
    detection: found?.detection,
    pending: observed.pending(container),
    variables: workload.containers.find(({ name }) => name === container)?.variables ?? [],
    overrides: overridesOf(workload, container),
    configuresOwnSdk: observed.namespace.labels?.[OWN_SDK_LABEL] === 'configure',
    isIgnored: settings.ignoredContainers.includes(container),
    rolledBack,
  })
  const selected = withoutHeldBack(observed, chosen)
  return selected.agent ? withSettings(selected, selected.agent, observed) : cut(selected)
}
