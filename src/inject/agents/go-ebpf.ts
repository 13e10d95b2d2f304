import { enforcedLevel } from '../delivery/security.ts'
import type { ContainerSubject, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import { sentSignals } from '../signals.ts'
import type { SidecarRecipe } from './agent.ts'

const executableKnown: Rule<ContainerSubject> = {
  rule: 'program',
  ask: ({ decision, spec }) => {
    const { executable, name } = decision
    if (!executable) return refused('NotDetectedYet', 'the path of the program is not known', 'InstrumentationConfig')
    // In one process namespace the agent could not tell which of the two it is to attach to.
    const twin = spec.containers.find((each) => each.name !== name && each.executable === executable)
    return twin
      ? refused('Ambiguous', `${twin.name} runs ${executable} too`, 'InstrumentationConfig')
      : allowed(executable, 'InstrumentationConfig')
  },
}

const podSecurityAllows: Rule<ContainerSubject> = {
  rule: 'Pod Security',
  ask: ({ context }) => {
    const { level, from } = enforcedLevel(context.namespace.labels, context.podSecurityDefault)
    return level === 'privileged'
      ? allowed(level, from)
      : refused('PodSecurityForbids', `the namespace enforces ${level}, the eBPF agent needs SYS_ADMIN`, from)
  },
}

const processesShared: Rule<ContainerSubject> = {
  rule: 'process namespace',
  ask: ({ pod: { spec } }) => {
    if (spec.shareProcessNamespace === false) {
      return refused('ProcessNamespaceNotShared', 'shareProcessNamespace is false', 'shareProcessNamespace of the pod')
    }
    // Kubernetes refuses both together, and an agent that sees the whole node may attach to another pod's process.
    return spec.hostPID === true
      ? refused('ProcessNamespaceNotShared', 'the pod is in the process namespace of its node', 'hostPID of the pod')
      : allowed('shared', 'shareProcessNamespace of the pod')
  },
}

const kernelAllows: Rule<ContainerSubject> = {
  rule: 'user namespace',
  ask: ({ pod }) =>
    pod.spec['hostUsers'] === false
      ? refused('RuntimeNotSupported', 'eBPF programs cannot be loaded from a user namespace', 'hostUsers of the pod')
      : allowed("the node's", 'hostUsers of the pod'),
}

const tracesAreSent: Rule<ContainerSubject> = {
  rule: 'signals',
  ask: ({ spec, context: { settings } }) =>
    sentSignals(spec, settings).includes('traces')
      ? allowed('traces', 'InstrumentationConfig pipeline')
      : refused('WaitingForDestination', 'the agent sends traces only, and no Destination takes them', 'pipeline'),
}

export const goEbpf: SidecarRecipe = {
  agent: 'go-ebpf',
  signals: ['traces'],
  delivery: 'sidecar',
  containerName: 'odigos-go-ebpf',
  env: {},
  rules: [executableKnown, podSecurityAllows, processesShared, kernelAllows, tracesAreSent],
}
