/** The Node.js services of the benchmark: Express, on the runtime of the control plane. */
import { cp, mkdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { assembledAgent } from '../../../agents/assemble.ts'
import { CACHE_DIR, run } from '../../../tools/step.ts'
import { nodeRuntime } from '../../conformance/agents/runtimes.ts'
import { injectedEnvironment } from '../../zoo/harness/injected.ts'
import type { Row } from './row.ts'

/** The packages of the newest SDK as they come, whose own entry point is what others start. */
const stockFolder = async (): Promise<string> => {
  const target = join(CACHE_DIR, 'bench/nodejs-stock')
  if (existsSync(join(target, 'node_modules/.package-lock.json'))) return target
  await mkdir(target, { recursive: true })
  await cp(join(import.meta.dirname, '../../../agents/nodejs/sdk-22'), target, { recursive: true })
  await run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: target })
  return target
}

export const row: Row = {
  name: 'Node.js 24, Express',
  services: async (endpoint) => {
    const { command } = await nodeRuntime('24')
    const service = { command, args: [join(import.meta.dirname, 'apps/express.cjs')], path: '/items/7' }
    const stock = await stockFolder()
    return {
      bare: { ...service, env: {} },
      ours: {
        ...service,
        env: injectedEnvironment({
          language: 'nodejs',
          user: {},
          folder: await assembledAgent('nodejs'),
          endpoint,
          detection: {},
        }),
      },
      stock: {
        ...service,
        env: {
          NODE_OPTIONS: `--require ${join(stock, 'node_modules/@opentelemetry/auto-instrumentations-node/dist/register.cjs')}`,
          OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
          OTEL_SERVICE_NAME: 'stock',
          OTEL_METRICS_EXPORTER: 'none',
          OTEL_LOGS_EXPORTER: 'none',
          OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process',
        },
      },
    }
  },
}
