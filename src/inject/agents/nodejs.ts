import { AGENT_MOUNT_ROOT } from '../../api/names.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import type { FilesRecipe } from './agent.ts'
import { appendOption } from './agent.ts'

const OPTION = `--require ${AGENT_MOUNT_ROOT}/nodejs/boot.cjs`
const append = appendOption(OPTION)

/** Node.js drops all options after a word that is none, so behind such a word ours would be lost. */
const beginsWithStrayWord = (value: string): boolean => /^\s*[^-\s$]/.test(value)

export const nodejs: FilesRecipe = {
  agent: 'nodejs',
  signals: SIGNALS,
  delivery: 'files',
  hook: {
    name: 'NODE_OPTIONS',
    addTo: (value) => (beginsWithStrayWord(value) && !value.includes(OPTION) ? `${OPTION} ${value}` : append(value)),
  },
  env: {
    // The default set asks cloud metadata services, which costs outbound calls and prints warnings.
    OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process',
    // In milliseconds; a collector that does not answer would hold up the end of a process for 9 s.
    OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    OTEL_BSP_EXPORT_TIMEOUT: '1000',
  },
  disabledLibraries: { name: 'OTEL_NODE_DISABLED_INSTRUMENTATIONS', libraries: ['fs', 'dns', 'net'] },
  // Otherwise the agent stands back itself where the application seems to bring an SDK.
  envWhereChosen: { ODIGOS_FORCE: 'true' },
  sizeMiB: 64,
  // Measured to take 40 to 60 MiB beside what Node.js itself takes.
  leastMemory: '96Mi',
  rules: [],
}
