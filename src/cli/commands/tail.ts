/** `odigos tail`: how much telemetry arrives of which workloads, live. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { TelemetryReport } from '../../api/reports/telemetry-report.ts'
import { readTelemetry } from '../../operations/read-telemetry.ts'
import type { Answer } from '../answer.ts'
import { CliError } from '../answer.ts'
import type { Register } from '../command.ts'
import { safeLine } from '../output/table.ts'
import type { Session } from '../session.ts'
import type { WorkloadName } from '../subject/workload-ref.ts'
import { parseWorkload } from '../subject/workload-ref.ts'

/** The instrumentor reads the node collectors as often. */
const EVERY_MS = 10_000

interface Arrived {
  namespace: string
  kind: string
  name: string
  signal: string
  items: number
}

const keyOf = ({ namespace, kind, name, signal }: Omit<Arrived, 'items'>): string =>
  [namespace, kind, name, signal].join('/')

const countsOf = ({ workloads }: TelemetryReport): Arrived[] =>
  workloads.flatMap(({ namespace, kind, name, signals }) =>
    signals.map(({ signal, items }) => ({ namespace, kind, name, signal, items })),
  )

/** What arrived between two reports. Where pods went, the count is smaller than before: then it is that of the others. */
export const arrivedBetween = (before: TelemetryReport, now: TelemetryReport): Arrived[] => {
  const earlier = new Map(countsOf(before).map((each) => [keyOf(each), each.items]))
  return countsOf(now).flatMap((each) => {
    const known = earlier.get(keyOf(each)) ?? 0
    const items = each.items >= known ? each.items - known : each.items
    return items > 0 ? [{ ...each, items }] : []
  })
}

const lineOf = ({ namespace, kind, name, signal, items }: Arrived, time: string): string =>
  safeLine(
    `${time}  ${namespace.padEnd(20)} ${`${kind.toLowerCase()}/${name}`.padEnd(32)} ${signal.padEnd(8)} ${items}`,
  )

const tail = async (session: Session, words: string[]): Promise<Answer> => {
  const wanted: WorkloadName | undefined = words.length === 0 ? undefined : parseWorkload(words)
  const namespace = wanted || session.isNamespaceGiven ? await session.namespace() : undefined
  const client = await session.client()
  const read = async (): Promise<TelemetryReport> => {
    const report = await readTelemetry(client, session.systemNamespace, session.signal)
    if (report || session.signal.aborted) return report ?? { sinceTime: '', workloads: [] }
    throw new CliError(
      'the instrumentor does not answer',
      'This requires the permission get services/proxy, and an instrumentor that leads.',
    )
  }
  const isWanted = (each: Arrived): boolean =>
    (namespace === undefined || each.namespace === namespace) &&
    (wanted === undefined || (each.name === wanted.name && (wanted.kind ?? each.kind) === each.kind))
  session.tell('Items that arrived at the collectors of the nodes, every ten seconds (Ctrl+C to end).')
  for (let before = await read(); ;) {
    await sleep(EVERY_MS, undefined, { signal: session.signal }).catch(() => undefined)
    if (session.signal.aborted) return { data: null, text: '' }
    const now = await read()
    const time = session.now().toISOString().slice(11, 19)
    const lines = arrivedBetween(before, now)
      .filter(isWanted)
      .map((each) => lineOf(each, time))
    session.say(lines.length > 0 ? lines.join('\n') : `${time}  nothing`)
    before = now
  }
}

export const registerTail: Register = (program, run) => {
  program
    .command('tail')
    .summary('show what arrives, live')
    .description('Shows how many items arrive of which workloads, of all namespaces or of one (-n), until it is ended.')
    .argument('[workload...]', 'NAME or KIND/NAME')
    .action(run(tail))
}
