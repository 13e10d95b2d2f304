/** The Go services of the benchmark: net/http, built by the Go of this machine, with the agent in processes beside it. */
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE_DIR, run } from '../../../tools/step.ts'
import { goAgent, goSidecar } from '../../support/go/sidecar.ts'
import { goToolchain } from '../../support/go/toolchain.ts'
import { withSidecar } from '../../zoo/harness/injected.ts'
import type { Row } from './row.ts'

const SOURCES = join(import.meta.dirname, 'apps/go')

const built = async (): Promise<string> => {
  const toolchain = await goToolchain()
  if (!toolchain) throw new Error('this machine has no Go')
  const { command, env } = toolchain
  const hash = createHash('sha256').update(await readFile(join(SOURCES, 'main.go')))
  const folder = join(CACHE_DIR, 'bench', `go-${hash.update(JSON.stringify(env)).digest('hex').slice(0, 10)}`)
  await mkdir(folder, { recursive: true })
  const program = join(folder, 'app')
  await run(command, ['build', '-buildvcs=false', '-o', program, '.'], { cwd: SOURCES, env })
  return program
}

export const row: Row = {
  name: 'Go, net/http; memory and CPU with those of the sidecar',
  services: async (endpoint) => {
    const executable = await built()
    const service = { command: executable, args: [], env: {}, path: '/items/7' }
    const { sidecar: env } = withSidecar({ language: 'go', user: {}, endpoint, detection: { executable } })
    const [supervisor = '', ...args] = await goSidecar()
    return {
      bare: service,
      ours: { ...service, sidecar: { command: supervisor, args, env } },
      stock: {
        ...service,
        sidecar: {
          // It writes its log to stderr.
          command: 'sh',
          args: ['-c', 'exec "$0" 2>&1', await goAgent()],
          env: {
            OTEL_GO_AUTO_TARGET_EXE: executable,
            OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
            OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
            OTEL_SERVICE_NAME: 'stock',
          },
        },
      },
    }
  },
}
