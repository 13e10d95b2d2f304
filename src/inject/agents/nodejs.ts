import { AGENT_MOUNT_ROOT, SDK_VARIABLES } from '../../api/names.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import type { FilesAgent } from './agent.ts'
import { appendOption } from './agent.ts'

const OPTION = `--require ${AGENT_MOUNT_ROOT}/nodejs/boot.cjs`
const append = appendOption(OPTION)

/** Node.js drops all options after a word that is not an option, so ours would be lost after such a word. */
const beginsWithStrayWord = (value: string): boolean => /^\s*[^-\s$]/.test(value)

export const nodejs: FilesAgent = {
  name: 'nodejs',
  language: 'nodejs',
  oldest: [14, 0],
  signals: SIGNALS,
  delivery: 'files',
  hook: {
    name: 'NODE_OPTIONS',
    addTo: (value) => (beginsWithStrayWord(value) && !value.includes(OPTION) ? `${OPTION} ${value}` : append(value)),
  },
  env: [
    {
      name: 'OTEL_NODE_RESOURCE_DETECTORS',
      value: 'env,host,os,process',
      why: 'the default calls cloud metadata services over the network and prints warnings',
    },
    {
      name: SDK_VARIABLES.exportTimeout,
      value: '1000',
      unit: 'milliseconds',
      why: 'an unreachable collector delays the end of a process: by 1 s, not 9 s',
    },
    { name: SDK_VARIABLES.batchTimeout, value: '1000', unit: 'milliseconds', why: 'the same' },
  ],
  libraries: {
    list: 'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
    always: ['fs', 'dns', 'net'],
    why: 'many spans of little value',
  },
  // Otherwise the agent stays inactive if the application seems to bring its own SDK.
  envWhereChosen: { ODIGOS_FORCE: 'true' },
  sdk: {
    protocols: ['grpc', 'http/json'],
    exporters: { traces: ['zipkin'], metrics: ['prometheus'] },
    propagators: ['jaeger'],
  },
  sizeMiB: 64,
  // The smallest limit at which a small server starts with the agent.
  leastMemory: '96Mi',
  // Express, all signals: 59 MiB at rest without the agent, at most 106 in 128Mi with it; a cluster of five: 29 in each process.
  memory: { first: 45, further: 30 },
  start: { cpuSeconds: 0.3, cores: 1 },
  rules: [],
  documentation: {
    language: 'Node.js (CommonJS and ES modules)',
    agent: 'OpenTelemetry SDK',
    content:
      '`boot.cjs` and what it needs to decide (ES5), one bundle per SDK generation: 14 to 18.18, 18.19 to 22.14, from 22.15',
    size: '13 MB, 96',
  },
}
