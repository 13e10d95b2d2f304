import type { Probe, Resources } from '../../api/kubernetes.ts'
import { AGENT_MOUNT_ROOT } from '../../api/names.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import { isLess } from '../quantity.ts'
import type { ContainerSubject, Rule } from '../rules.ts'
import { allowed, refused } from '../rules.ts'
import type { FilesRecipe } from './recipe.ts'
import { appendOption } from './recipe.ts'

/** The agent was measured to take 170 to 290 MiB; below this limit a small application is killed by it. */
const LEAST_MEMORY = '256Mi'

const enoughMemory: Rule<ContainerSubject> = {
  rule: 'memory',
  ask: ({ pod, container }) => {
    const from = memoryLimit(container.resources) ? 'resources of the container' : 'resources of the pod'
    const limit = memoryLimit(container.resources) ?? memoryLimit(pod.spec.resources)
    return isLess(limit, LEAST_MEMORY)
      ? refused('MemoryTooSmall', `the memory limit is ${limit}, the agent needs ${LEAST_MEMORY}`, from)
      : allowed(limit ?? 'no limit', from)
  },
}

const memoryLimit = (resources: Resources | undefined): string | undefined => resources?.limits?.['memory']

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const

/** A JVM that a probe starts would load the agent each time, for seconds, and the probe would fail. */
const noJavaProbe: Rule<ContainerSubject> = {
  rule: 'exec probes',
  ask: ({ container, decision }) => {
    if (decision.reason === 'OverriddenByUser') return allowed('not asked', 'the user chose the agent')
    const probe = PROBES.find((name) => startsJava(container[name]))
    return probe
      ? refused('RuntimeNotSupported', `the ${probe} starts a JVM, which is too slow with the agent`, probe)
      : allowed('none starts a JVM', 'probes of the container')
  },
}

const startsJava = (probe: Probe | undefined): boolean =>
  (probe?.exec?.command ?? []).some((word) => /(?:^|[\s/;&|])java(?:\s|$)/.test(word))

export const java: FilesRecipe = {
  agent: 'java',
  signals: SIGNALS,
  delivery: 'files',
  hook: {
    name: 'JAVA_TOOL_OPTIONS',
    addTo: appendOption(`-javaagent:${AGENT_MOUNT_ROOT}/java/javaagent.jar`),
  },
  env: {
    // In milliseconds.
    OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    OTEL_BSP_EXPORT_TIMEOUT: '1000',
  },
  sizeMiB: 64,
  rules: [enoughMemory, noJavaProbe],
}
