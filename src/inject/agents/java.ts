import type { Probe } from '../../api/kubernetes.ts'
import { AGENT_MOUNT_ROOT, SDK_VARIABLES } from '../../api/names.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import { isLess } from '../resources/quantity.ts'
import type { ContainerSubject, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import type { FilesAgent } from './agent.ts'
import { appendOption } from './agent.ts'

/** With less CPU, a start with the agent takes ten times as long or more. */
const MIN_CPU = '300m'

/** A liveness probe kills a container that is still starting, again and again; a startup probe defers it. */
const enoughCpu: Rule<ContainerSubject> = {
  rule: 'CPU',
  check: ({ container, decision }) => {
    if (decision.reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
    const limit = container.resources?.limits?.['cpu']
    const from = 'resources and probes of the container'
    return isLess(limit, MIN_CPU) && container.livenessProbe && !container.startupProbe
      ? refused(
          'CpuTooSmall',
          `the CPU limit is ${limit}, and the container has a livenessProbe without a startupProbe`,
          from,
        )
      : allowed(limit ?? 'no limit', from)
  },
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const

const startsJava = (probe: Probe | undefined): boolean =>
  (probe?.exec?.command ?? []).some((word) => /(?:^|[\s/;&|])java(?:\s|$)/.test(word))

/** A JVM started by a probe would load the agent each time, which takes seconds and makes the probe fail. */
const noJavaProbe: Rule<ContainerSubject> = {
  rule: 'exec probes',
  check: ({ container, decision }) => {
    if (decision.reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
    const probe = PROBES.find((name) => startsJava(container[name]))
    return probe
      ? refused('RuntimeNotSupported', `the ${probe} starts a JVM, which the agent makes too slow`, probe)
      : allowed('none starts a JVM', 'probes of the container')
  },
}

export const java: FilesAgent = {
  name: 'java',
  language: 'java',
  oldest: [8, 0],
  // Java 8 calls itself 1.8.
  comparableVersion: (version) => version.replace(/^\D*1\.(?=\d)/, ''),
  signals: SIGNALS,
  delivery: 'files',
  hook: {
    name: 'JAVA_TOOL_OPTIONS',
    addTo: appendOption(`-javaagent:${AGENT_MOUNT_ROOT}/java/javaagent.jar`),
    besides: ['JDK_JAVA_OPTIONS'],
  },
  env: [
    { name: SDK_VARIABLES.exportTimeout, value: '1000', unit: 'milliseconds', why: 'the same as for Node.js' },
    { name: SDK_VARIABLES.batchTimeout, value: '1000', unit: 'milliseconds', why: 'the same' },
  ],
  libraries: {
    variableOf: (library) => `OTEL_INSTRUMENTATION_${library.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_ENABLED`,
  },
  sizeMiB: 64,
  // Measured: the agent takes 170 to 290 MiB. With a lower limit, it gets a small application killed.
  minMemory: '256Mi',
  rules: [enoughCpu, noJavaProbe],
  documentation: {
    language: 'Java',
    agent: 'OpenTelemetry Java agent',
    content: 'the upstream jar',
    size: '26 MB, 3',
  },
}
