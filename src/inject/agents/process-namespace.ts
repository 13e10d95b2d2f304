import type { Container, Probe } from '../../api/kubernetes.ts'
import { findInit, findReach } from '../../api/agents/process-one.ts'
import type { ContainerSubject, Rule, RuleResult } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

const FROM = 'shareProcessNamespace of the pod'

const refuse = (message: string, from: string): RuleResult => refused('ProcessNamespaceNotShared', message, from)

/** Without a command, the image's entry point gets the arguments: often a shell, or a script that executes them. */
const commandOf = ({ command, args }: Container): readonly string[] => [
  ...(command?.length ? command : ['sh']),
  ...(args ?? []),
]

/** The commands that Kubernetes runs in a container, with the names of their fields. */
const commandsIn = (container: Container): [field: string, argv: readonly string[]][] => {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container
  const handlers: [string, Probe | null | undefined][] = [
    ['livenessProbe', livenessProbe],
    ['readinessProbe', readinessProbe],
    ['startupProbe', startupProbe],
    ['postStart hook', lifecycle?.postStart],
    ['preStop hook', lifecycle?.preStop],
  ]
  return [
    ['command', commandOf(container)],
    ...handlers.map(([field, handler]): [string, readonly string[]] => [field, handler?.exec?.command ?? []]),
    // Log files are often named by a variable.
    ...(container.env ?? []).map(({ name, value }): [string, readonly string[]] => [`variable ${name}`, [value ?? '']]),
  ]
}

/** Why a container must keep a process namespace of its own. */
const needOf = (container: Container, firstProcess: string | undefined): string | undefined => {
  const { name } = container
  const init = findInit(commandOf(container)) ?? firstProcess
  if (init) return `${init} in container ${name} must be process 1`
  for (const [field, argv] of commandsIn(container)) {
    const reach = findReach(argv)
    // The value of a variable is not repeated.
    if (reach)
      return `the ${field} of container ${name} reaches process 1${field.startsWith('variable') ? '' : `: ${reach}`}`
  }
  return undefined
}

/** A process namespace is shared by the whole pod, so no container of it may depend on its own process 1. */
export const processNamespaceRule: Rule<ContainerSubject> = {
  rule: 'process namespace',
  check: ({ pod: { spec }, spec: { containers } }) => {
    if (spec.shareProcessNamespace === false) return refuse('shareProcessNamespace is false', FROM)
    // Kubernetes rejects both together, and an agent that sees the whole node may attach to another pod's process.
    if (spec.hostPID === true) return refuse('the pod uses the process namespace of its node', 'hostPID of the pod')
    if (spec.shareProcessNamespace === true) return allowed('shared', FROM)
    for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
      const known = containers.find(({ name }) => name === container.name)
      const need = needOf(container, known?.firstProcess)
      if (need) return refuse(need, `container ${container.name} of the pod`)
    }
    return allowed('can be shared', 'containers of the pod')
  },
}
