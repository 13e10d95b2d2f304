import { archiveMessage, findArchiveOption } from '../../api/agents/class-archives.ts'
import { AGENT_MOUNT_ROOT, SDK_VARIABLES } from '../../api/names.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import type { ContainerSubject, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import type { FilesAgent } from './agent.ts'
import { appendOption } from './agent.ts'

/** Those of the image, of files of arguments and of scripts are not known here: the detector sees them. */
const noClassArchive: Rule<ContainerSubject> = {
  rule: 'class archives',
  check: ({ container, decision }) => {
    if (decision.reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
    const values = (container.env ?? []).map(({ value }) => value ?? '')
    const option = findArchiveOption([...(container.command ?? []), ...(container.args ?? []), ...values])
    const from = 'command, args and environment of the container'
    return option ? refused('RuntimeNotSupported', archiveMessage(option), from) : allowed('none', from)
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
    {
      name: 'OTEL_JAVAAGENT_LOGGING',
      value: 'none',
      why: 'nothing of the agent appears in the log of the application',
    },
  ],
  libraries: {
    variableOf: (library) => `OTEL_INSTRUMENTATION_${library.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_ENABLED`,
  },
  sdk: {
    protocols: ['grpc'],
    exporters: {
      traces: ['logging', 'logging-otlp', 'experimental-otlp/stdout', 'zipkin'],
      metrics: ['logging', 'logging-otlp', 'experimental-otlp/stdout', 'prometheus'],
      logs: ['logging', 'logging-otlp', 'experimental-otlp/stdout'],
    },
    propagators: ['jaeger', 'ottrace', 'xray', 'xray-lambda'],
    samplers: ['jaeger_remote', 'parentbased_jaeger_remote', 'linksbased_parentbased_always_on'],
  },
  sizeMiB: 64,
  // The smallest limit at which a small server starts with the agent.
  leastMemory: '256Mi',
  // Each JVM has its own; measured for a small server.
  memory: { first: 160, further: 160 },
  start: { cpuSeconds: 7, cores: 2 },
  rules: [noClassArchive],
  documentation: {
    language: 'Java',
    agent: 'OpenTelemetry Java agent',
    content: '`javaagent.jar`, which decides; the upstream jar; its classes for the bootstrap loader',
    size: '29 MB, 5',
  },
}
