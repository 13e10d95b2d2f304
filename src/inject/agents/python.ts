import { AGENT_MOUNT_ROOT, SDK_VARIABLES } from '../../api/names.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import type { FilesAgent } from './agent.ts'

const BOOT_DIR = `${AGENT_MOUNT_ROOT}/python/boot`

export const python: FilesAgent = {
  name: 'python',
  language: 'python',
  oldest: [3, 8],
  signals: SIGNALS,
  delivery: 'files',
  hook: {
    name: 'PYTHONPATH',
    // First, because an earlier sitecustomize.py of the user would hide ours, while ours calls the next one.
    // An empty element would put the working directory on sys.path.
    addTo: (value) => (value.split(':').includes(BOOT_DIR) ? value : value === '' ? BOOT_DIR : `${BOOT_DIR}:${value}`),
  },
  env: [
    // In seconds, unlike in all other SDKs.
    {
      name: SDK_VARIABLES.exportTimeout,
      value: '1',
      unit: 'second',
      why: 'the same, in another unit: `1000` would be 17 minutes',
    },
    { name: SDK_VARIABLES.batchTimeout, value: '1000', unit: 'milliseconds', why: 'the same' },
  ],
  libraries: {
    list: 'OTEL_PYTHON_DISABLED_INSTRUMENTATIONS',
    always: ['threading', 'logging'],
    why: 'they print a traceback at exit on 3.12',
  },
  // Otherwise the agent stays inactive if the application seems to bring its own SDK.
  envWhereChosen: { ODIGOS_FORCE: 'true' },
  sizeMiB: 64,
  // Measured: the agent takes 30 MiB in addition to Python itself.
  minMemory: '64Mi',
  rules: [],
  documentation: {
    language: 'Python',
    agent: 'OpenTelemetry SDK',
    content: '`boot/sitecustomize.py`, packages for 3.8, 3.9 and from 3.10, a zip of modules per minor',
    size: '25 MB, 630',
  },
}
