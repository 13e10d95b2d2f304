/** What the Python agent tells the pipeline, and in which processes it stands back without a word. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Environment } from '../../zoo/harness/injected.ts'
import { agentSuite, SERVICE } from './agent-suite.ts'
import { run } from './program.ts'

const python = '/usr/bin/python3'
const app = (name: string): string => join(import.meta.dirname, 'apps/python', name)
const own = join(import.meta.dirname, '../../../agents/python/own')

interface Attribute {
  key: string
  value: { stringValue: string }
}
interface Logs {
  resourceLogs: [
    {
      resource: { attributes: Attribute[] }
      scopeLogs: [{ scope: { name: string }; logRecords: [{ body: { stringValue: string }; attributes: Attribute[] }] }]
    },
  ]
}

const valuesOf = (attributes: readonly Attribute[]): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))

describe('the report of the Python agent', function () {
  this.timeout(180_000)
  const suite = agentSuite('python')
  let server: Server
  let reports: Logs[]

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        if (request.url === '/v1/logs') reports.push(JSON.parse(Buffer.concat(chunks).toString()) as Logs)
        response.end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  beforeEach(() => (reports = []))
  after(() => server.close())

  const injected = (user: Environment = {}): Environment => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return suite.injected({ PYTHONDONTWRITEBYTECODE: '1', ...user }, { endpoint })
  }
  const reportOf = async (args: readonly string[], user?: Environment): Promise<Record<string, string>> => {
    const outcome = await run(python, args, { env: injected(user) })
    assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, 'READY\n', ''])
    assert.equal(reports.length, 1)
    const sent = reports[0]?.resourceLogs[0]
    const record = sent?.scopeLogs[0].logRecords[0]
    assert.equal(sent?.scopeLogs[0].scope.name, 'odigos.agent')
    assert.equal(valuesOf(sent?.resource.attributes ?? [])['service.name'], SERVICE)
    const values = valuesOf(record?.attributes ?? [])
    assert.equal(record?.body.stringValue, values['odigos.message'])
    assert.equal(values['odigos.agent'], 'python')
    assert.match(values['odigos.version'] ?? '', /^opentelemetry-sdk 1\./)
    return {
      outcome: values['odigos.outcome'] ?? '',
      reason: values['odigos.reason'] ?? '',
      message: record?.body.stringValue ?? '',
    }
  }

  it('is that it is loaded, with the first spans', async () => {
    const message = 'instrumented: urllib'
    assert.deepEqual(await reportOf([app('plain.py')]), { outcome: 'Loaded', reason: 'AgentLoaded', message })
  })

  it('is sent by a process without spans once it is at work', async () => {
    const message = 'instrumented: no library yet'
    assert.deepEqual(await reportOf([app('working.py')]), { outcome: 'Loaded', reason: 'AgentLoaded', message })
  })

  it('is why it stands back', async () => {
    const message = 'the application brings its own OpenTelemetry SDK'
    const user = { PYTHONPATH: app('own-sdk') }
    assert.deepEqual(await reportOf([app('working.py')], user), { outcome: 'StoodBack', reason: 'OwnSdk', message })
  })

  it('is why it did not start', async () => {
    const message = "the SDK did not start: ImportError: the application hides Python's module platform"
    const user = { PYTHONPATH: app('hiding') }
    assert.deepEqual(await reportOf([app('working.py'), 'urllib.request'], user), {
      outcome: 'Failed',
      reason: 'AgentFailed',
      message,
    })
  })

  it('is not sent by a probe, nor by what it starts', async () => {
    const line = `${python} ${app('plain.py')} && true`
    const commands = [
      ['sh', '-c', `${line}; echo done`],
      ['python3', app('plain.py')],
    ]
    for (const [at, args] of [
      [0, ['-c', `${line}; echo done`]],
      [1, ['-c', line]],
    ] as const) {
      const env = injected({ ODIGOS_PROBE_COMMANDS: JSON.stringify([commands[at]]), ODIGOS_DEBUG: 'true' })
      const { stderr } = await run('sh', args, { env })
      assert.equal(stderr, 'odigos: not instrumented: not an application\n')
    }
    assert.deepEqual(reports, [])
  })

  it('holds for the table of probes that all boot files share', async () => {
    const table = join(import.meta.dirname, 'probe-cases.json')
    const driver = `
import json, sys
sys.path.insert(0, ${JSON.stringify(own)})
import probes
for case in json.load(open(${JSON.stringify(table)})):
    probes._ancestors = lambda: iter(case.get("ancestors", [])[: probes._LEVELS])
    print(json.dumps(bool(case.get("commands")) and probes.is_probe(case["argv"], json.dumps(case["commands"]))))
`
    const { stdout, stderr } = await run(python, ['-c', driver])
    assert.equal(stderr, '')
    const cases = JSON.parse(readFileSync(table, 'utf8')) as { about: string; isProbe: boolean }[]
    const answers = stdout.trim().split('\n')
    assert.deepEqual(
      cases.map(({ about }, index) => `${about}: ${answers[index]}`),
      cases.map(({ about, isProbe }) => `${about}: ${isProbe}`),
    )
  })
})
