/** The process as it runs in a pod. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseQueueReport } from '../../../src/api/reports/queue-report.ts'

const MAIN = join(import.meta.dirname, '../../../src/queue-keeper/main.ts')
const CONFIG = `
exporters: { otlp_http/a-1: { sending_queue: { storage: file_storage } } }
service: { pipelines: { traces/a: { exporters: [otlp_http/a-1] } } }
`

describe('the process of the queue keeper', function () {
  this.timeout(30_000)
  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'odigos-keeper-'))
    mkdirSync(join(folder, 'queue'))
    writeFileSync(join(folder, 'config.yaml'), CONFIG)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const run = (...flags: string[]): number | null =>
    spawnSync(process.execPath, [...flags, MAIN], {
      env: {
        COLLECTOR_CONFIG_FILE: join(folder, 'config.yaml'),
        QUEUE_DIRECTORY: join(folder, 'queue'),
        TERMINATION_MESSAGE_PATH: join(folder, 'message'),
        LOG_LEVEL: 'silent',
      },
    }).status

  it('reports what was damaged', () => {
    writeFileSync(join(folder, 'queue/exporter_otlp_http_a-1_traces'), Buffer.alloc(100_000, 7))
    writeFileSync(join(folder, 'queue/exporter_otlp_http_gone_traces'), 'x')
    assert.equal(run(), 0)
    const report = parseQueueReport(readFileSync(join(folder, 'message'), 'utf8'))
    assert.deepEqual(report, [{ exporter: 'otlp_http/a-1', signal: 'traces', recovered: 0 }])
    assert.deepEqual(readdirSync(join(folder, 'queue')).sort(), [
      'exporter_otlp_http_a-1_traces',
      'exporter_otlp_http_a-1_traces.damaged',
    ])
  })

  it('lets the collector start, whatever fails', () => {
    writeFileSync(join(folder, 'config.yaml'), 'exporters: [')
    assert.equal(run(), 0)
    rmSync(join(folder, 'queue'), { recursive: true })
    writeFileSync(join(folder, 'config.yaml'), CONFIG)
    assert.equal(run(), 0)
    mkdirSync(join(folder, 'queue'))
  })
})
