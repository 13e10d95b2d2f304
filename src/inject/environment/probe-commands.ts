/** The commands of a container's exec probes and hooks, for the boot files, which leave their processes alone. */
import type { Container, EnvVar, Probe } from '../../api/kubernetes.ts'
import { escapeReferences } from '../../api/kubernetes.ts'
import { PROBE_COMMANDS_VARIABLE } from '../../api/names.ts'

/** Maximum characters of all commands: a longer script is left out, and its processes are instrumented. */
const MAX_CHARACTERS = 16_384

const REFERENCE = /\$\$|\$\(([^()]*)\)/g

/** `$(NAME)` in the command of a probe is replaced by the kubelet, but only by values that stand in `env` literally. */
const expanded = (word: string, values: ReadonlyMap<string, string>): string =>
  word.replaceAll(REFERENCE, (reference, name: string | undefined) =>
    name === undefined ? '$' : (values.get(name) ?? reference),
  )

const commandOf = (handler: Probe | null | undefined): string[] => handler?.exec?.command ?? []

/** Each command once, in the order of the fields. */
export const probeCommands = (container: Container): string[][] => {
  const values = new Map((container.env ?? []).map(({ name, value }) => [name, value ?? '']))
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container
  const ofProbes = [livenessProbe, readinessProbe, startupProbe].map((probe) =>
    commandOf(probe).map((word) => expanded(word, values)),
  )
  const commands = [...ofProbes, commandOf(lifecycle?.postStart), commandOf(lifecycle?.preStop)]
  const unique = new Map(commands.map((command) => [JSON.stringify(command), command]))
  let room = MAX_CHARACTERS
  return [...unique].flatMap(([text, command]) => {
    if (command.length === 0 || text.length > room) return []
    room -= text.length
    return [command]
  })
}

/** The variable with the commands, none where there are no commands or it exists. */
export const probeCommandsVariable = (container: Container): EnvVar[] => {
  const commands = probeCommands(container)
  const exists = (container.env ?? []).some(({ name }) => name === PROBE_COMMANDS_VARIABLE)
  return commands.length === 0 || exists
    ? []
    : [{ name: PROBE_COMMANDS_VARIABLE, value: escapeReferences(JSON.stringify(commands)) }]
}
