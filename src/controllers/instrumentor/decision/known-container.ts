import { shorten } from '../../../api/conditions.ts'
import type { KnownContainer } from '../../../api/kinds/instrumentation-config.ts'
import type { Observed } from '../observed.ts'
import { agentSettings } from './agent-settings.ts'
import { overridesOf } from './overrides.ts'
import { selectAgent } from './select-agent.ts'

/** Maximum length of a container's message in the schema. */
const MAX_MESSAGE = 1024

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
  const message = (text: string): { message: string } => ({ message: shorten(text, MAX_MESSAGE) })
  if (!selected.agent) return { ...selected, ...message(selected.message) }
  const subject = {
    namespaceLabels: observed.namespace.labels ?? {},
    workloadLabels: workload.metadata.labels ?? {},
    language: selected.language,
    agent: selected.agent,
  }
  const { variables, leftOut } = agentSettings(subject, observed.rules)
  return {
    ...selected,
    ...message([selected.message, ...leftOut.map(noRoomFor)].join('; ')),
    ...(variables.length > 0 ? { settings: variables } : {}),
  }
}
