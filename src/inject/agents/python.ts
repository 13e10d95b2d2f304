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
    always: [
      'asyncclick',
      'asyncio',
      'click',
      'confluent_kafka',
      'jinja2',
      'logging',
      'sqlite3',
      'structlog',
      'threading',
    ],
    why: 'they enclose a server in the span of its command (click), break code that needs the real object (sqlite3), put other classes in the place of those that an application derives from (confluent_kafka, which is written in C), change log lines (logging, structlog), wrap every call for spans that nobody asked for (asyncio, threading), or let recursion end sooner (jinja2)',
  },
  // Otherwise the agent stays inactive if the application seems to bring its own SDK.
  envWhereChosen: { ODIGOS_FORCE: 'true' },
  sdk: {
    exporters: { traces: ['otlp_proto_http'], metrics: ['otlp_proto_http'], logs: ['otlp_proto_http'] },
    propagators: ['xray', 'xray-lambda'],
  },
  sizeMiB: 64,
  // Flask and gunicorn with one worker need 40 MiB under load.
  leastMemory: '64Mi',
  // Over 2,000 requests, all signals: 6 MiB for FastAPI, 10 for gunicorn with one worker, 36 with five. Others load more.
  memory: { first: 15, further: 8 },
  start: { cpuSeconds: 1.1, cores: 1, isForked: true },
  rules: [],
  documentation: {
    language: 'Python',
    agent: 'OpenTelemetry SDK',
    content: '`boot/sitecustomize.py`, `own`, a zip of the SDK per minor: of its releases for 3.8, 3.9 and from 3.10',
    size: '16 MB, 470',
  },
}
