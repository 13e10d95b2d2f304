import type { KnownContainer } from '../../../api/kinds/instrumentation-config.ts'
import { shortMessage } from '../../../api/types/container.ts'
import type { Observed } from '../observed.ts'
import { agentSettings } from './agent-settings.ts'
import { overridesOf } from './overrides.ts'
import { selectAgent } from './select-agent.ts'

const noRoomFor = (rule: string): string => `InstrumentationRule ${rule} is left out: together they set too much`

/** The decision about one container of a workload, with what was detected in it. `rolledBack` is why no agent is added. */
export const knownContainer = (
  observed: Observed,
  container: string,
  rolledBack: string | undefined,
): KnownContainer => {
  const { workload, settings } = observed
  const found = observed.detections.get(container)
  const selected = selectAgent({
    container,
    image: found?.image,
    imageReference: found?.imageReference,
    detection: found?.detection,
    pending: observed.pending(container),
    variables: workload.containers.find(({ name }) => name === container)?.variables ?? [],
    overrides: overridesOf(workload, container),
    isIgnored: settings.ignoredContainers.includes(container),
    rolledBack,
  })
  if (!selected.agent) return { ...selected, message: shortMessage(selected.message) }
  const subject = {
    namespaceLabels: observed.namespace.labels ?? {},
    workloadLabels: workload.metadata.labels ?? {},
    language: selected.language,
    agent: selected.agent,
  }
  const { variables, leftOut } = agentSettings(subject, observed.rules)
  return {
    ...selected,
    message: shortMessage([selected.message, ...leftOut.map(noRoomFor)].join('; ')),
    ...(variables.length > 0 ? { settings: variables } : {}),
  }
}
