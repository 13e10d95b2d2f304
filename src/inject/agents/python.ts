import { AGENT_MOUNT_ROOT } from '../../api/names.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import type { FilesRecipe } from './agent.ts'

const BOOT_DIR = `${AGENT_MOUNT_ROOT}/python/boot`

export const python: FilesRecipe = {
  agent: 'python',
  signals: SIGNALS,
  delivery: 'files',
  hook: {
    name: 'PYTHONPATH',
    // First, because a sitecustomize.py of the user's that comes earlier would hide ours, while ours calls the next.
    // An empty element would put the working directory on sys.path.
    addTo: (value) => (value.split(':').includes(BOOT_DIR) ? value : value === '' ? BOOT_DIR : `${BOOT_DIR}:${value}`),
  },
  env: {
    // In seconds, unlike in all other SDKs.
    OTEL_EXPORTER_OTLP_TIMEOUT: '1',
    OTEL_BSP_EXPORT_TIMEOUT: '1000',
  },
  // They print a traceback at the end of a process on 3.12.
  disabledLibraries: { name: 'OTEL_PYTHON_DISABLED_INSTRUMENTATIONS', libraries: ['threading', 'logging'] },
  // Otherwise the agent stands back itself where the application seems to bring an SDK.
  envWhereChosen: { ODIGOS_FORCE: 'true' },
  sizeMiB: 64,
  // Measured to take 30 MiB beside what Python itself takes.
  leastMemory: '64Mi',
  rules: [],
}
