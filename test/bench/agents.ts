/**
 * `npm run bench:agents [language…]`: what each agent costs a small HTTP service, beside the bare service and the agent as
 * its makers start it, in one run. Every trace is sampled. Compare ratios; figures depend on the machine.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { start } from '../conformance/agents/program.ts'
import type { Measurement } from './agents/measure.ts'
import { listening, measure, measureEnd } from './agents/measure.ts'
import type { Row } from './agents/row.ts'

const LANGUAGES = ['nodejs', 'python', 'java', 'go']
/** Nothing listens on the port "discard". */
const UNREACHABLE = 'http://127.0.0.1:9'

const COLUMNS: readonly (readonly [title: string, of: (each: Measurement) => number])[] = [
  ['CPU/request µs', (each) => each.cpuUs],
  ['MiB at rest', (each) => each.restMiB],
  ['MiB under load', (each) => each.loadMiB],
  ['requests/s', (each) => each.perSecond],
  ['p99 ms', (each) => each.p99Ms],
  ['start ms', (each) => each.startMs],
  ['start CPU ms', (each) => each.startCpuMs],
  ['end ms', (each) => each.endMs],
]

const text = (value: number): string => value.toFixed(value < 10 ? 1 : 0)

const print = (name: string, cells: readonly string[]): void =>
  console.log(`${name.padEnd(12)}${cells.map((cell) => cell.padStart(16)).join('')}`)

const measureRow = async (row: Row, endpoint: string): Promise<void> => {
  console.log(`\n${row.name}`)
  print('', [...COLUMNS.map(([title]) => title), 'end, no collector'])
  const services = await row.services(endpoint)
  const away = await row.services(UNREACHABLE)
  for (const variant of ['bare', 'ours', 'stock'] as const) {
    const result = await measure(services[variant])
    print(variant, [...COLUMNS.map(([, of]) => text(of(result))), text(await measureEnd(away[variant]))])
  }
}

const wanted = process.argv.slice(2)
const collector = start(process.execPath, [join(import.meta.dirname, 'agents/collector.ts')], { limitMs: 3_600_000 })
try {
  const endpoint = `http://127.0.0.1:${await listening(collector)}`
  for (const language of LANGUAGES.filter((each) => wanted.length === 0 || wanted.includes(each))) {
    const file = join(import.meta.dirname, 'agents', `${language}.ts`)
    const { row } = (await import(pathToFileURL(file).href)) as { row: Row }
    await measureRow(row, endpoint)
  }
} finally {
  await collector.end()
}
