/** The Python services of the benchmark: Flask in gunicorn, on the machine's Python. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assembledAgent } from '../../../agents/assemble.ts'
import { pythonWith } from '../../conformance/agents/runtimes.ts'
import { injectedEnvironment } from '../../zoo/harness/injected.ts'
import type { Row } from './row.ts'

const APPS = join(import.meta.dirname, 'apps')
const SERVER = ['-m', 'gunicorn', 'flask_app:app']
/** Not as arguments: the stock program takes options before it as its own. */
const OPTIONS = `--config ${join(APPS, 'flask_app.py')} --chdir ${APPS}`
const PACKAGES = ['flask==3.0.3', 'gunicorn==23.0.0']
/** What `opentelemetry-bootstrap` finds for these packages. */
const INSTRUMENTATIONS = ['asyncio', 'click', 'flask', 'jinja2', 'logging', 'sqlite3', 'threading', 'urllib', 'wsgi']
/** The program `opentelemetry-instrument`, which becomes the command after it. */
const STOCK = ['-c', 'from opentelemetry.instrumentation.auto_instrumentation import run; run()']

/** Of the packages that our agent is made of. */
const pinned = (name: string): string => {
  const file = join(import.meta.dirname, '../../../agents/python/requirements-3.10.txt')
  const version = new RegExp(`^${name}==(\\S+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1]
  if (version === undefined) throw new Error(`${name} is not in ${file}`)
  return version
}

const stockPackages = (): string[] => {
  const [sdk, contrib] = [pinned('opentelemetry-sdk'), pinned('opentelemetry-instrumentation-flask')]
  return [
    `opentelemetry-exporter-otlp-proto-http==${sdk}`,
    `opentelemetry-distro==${contrib}`,
    ...INSTRUMENTATIONS.map((name) => `opentelemetry-instrumentation-${name}==${contrib}`),
  ]
}

export const row: Row = {
  name: 'Python 3.11, gunicorn and Flask',
  services: async (endpoint) => {
    const command = await pythonWith('bench-flask', PACKAGES)
    const stock = await pythonWith(`bench-flask-${pinned('opentelemetry-sdk')}`, [...PACKAGES, ...stockPackages()])
    const service = { command, args: SERVER, path: '/items/7' }
    const bare = { PYTHONDONTWRITEBYTECODE: '1', GUNICORN_CMD_ARGS: OPTIONS }
    const ours = injectedEnvironment({
      language: 'python',
      user: bare,
      folder: await assembledAgent('python'),
      endpoint,
      detection: {},
    })
    return {
      bare: { ...service, env: bare },
      ours: { ...service, env: ours },
      stock: {
        ...service,
        command: stock,
        args: [...STOCK, stock, ...SERVER],
        env: {
          ...bare,
          OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
          OTEL_SERVICE_NAME: 'stock',
          OTEL_METRICS_EXPORTER: 'none',
          OTEL_LOGS_EXPORTER: 'none',
        },
      },
    }
  },
}
