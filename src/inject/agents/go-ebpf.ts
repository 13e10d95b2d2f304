import { enforcedLevel } from '../pod/pod-security.ts'
import type { ContainerSubject, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import { sentSignals } from '../signals.ts'
import type { SidecarAgent } from './agent.ts'
import { processNamespaceRule } from './process-namespace.ts'

const executableKnown: Rule<ContainerSubject> = {
  rule: 'program',
  check: ({ decision, spec }) => {
    const { executable, name } = decision
    if (!executable) return refused('NotDetectedYet', 'the path of the program is unknown', 'InstrumentationConfig')
    // In a shared process namespace the agent could not distinguish the two.
    const twin = spec.containers.find((each) => each.name !== name && each.executable === executable)
    return twin
      ? refused('Ambiguous', `container ${twin.name} also runs ${executable}`, 'InstrumentationConfig')
      : allowed(executable, 'InstrumentationConfig')
  },
}

const podSecurityAllows: Rule<ContainerSubject> = {
  rule: 'Pod Security',
  check: ({ context }) => {
    const { level, from } = enforcedLevel(context.namespace.labels, context.podSecurityDefault)
    return level === 'privileged'
      ? allowed(level, from)
      : refused('PodSecurityForbids', `the namespace enforces ${level}, the eBPF agent needs SYS_ADMIN`, from)
  },
}

const kernelAllows: Rule<ContainerSubject> = {
  rule: 'user namespace',
  check: ({ pod }) =>
    pod.spec['hostUsers'] === false
      ? refused('RuntimeNotSupported', 'eBPF programs cannot be loaded from a user namespace', 'hostUsers of the pod')
      : allowed("the node's", 'hostUsers of the pod'),
}

const tracesAreSent: Rule<ContainerSubject> = {
  rule: 'signals',
  check: ({ spec, context: { settings } }) =>
    sentSignals(spec, settings).includes('traces')
      ? allowed('traces', 'InstrumentationConfig pipeline')
      : refused('WaitingForDestination', 'the agent sends only traces, and no Destination accepts them', 'pipeline'),
}

const LIMITS = { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '32Mi' }

export const goEbpf: SidecarAgent = {
  name: 'go-ebpf',
  language: 'go',
  oldest: [1, 19],
  signals: ['traces'],
  delivery: 'sidecar',
  targetVariable: 'OTEL_GO_AUTO_TARGET_EXE',
  // The least that works on any kernel, and what each is for: docs/go-sidecar.md.
  securityContext: {
    runAsUser: 0,
    runAsNonRoot: false,
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'], add: ['SYS_ADMIN', 'SYS_PTRACE', 'KILL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
  resources: {
    // Measured 40 to 60 MiB, more while it reads a binary.
    requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
    limits: LIMITS,
    guaranteed: { ...LIMITS, cpu: '100m' },
    // Measured 46 to 84 MiB at most while it reads programs of 4 to 20 MB; the supervisor ends it at 85 % of the limit.
    leastMemory: '128Mi',
  },
  env: [
    {
      name: 'OTEL_BSP_SCHEDULE_DELAY',
      value: '500',
      unit: 'milliseconds',
      why: 'the default of 5 s leaves more to send in the two seconds that the agent has at the end',
    },
  ],
  rules: [executableKnown, podSecurityAllows, processNamespaceRule, kernelAllows, tracesAreSent],
  documentation: {
    language: 'Go',
    agent: 'eBPF sidecar as root with SYS_ADMIN, SYS_PTRACE and KILL',
    content: '`go.opentelemetry.io/auto`: `/otel-go-instrumentation`, started by `/supervisor`',
    size: 'one program',
  },
}
