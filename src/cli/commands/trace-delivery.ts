/** `odigos trace-delivery`: follows a probe on its way to the destinations. */
import type { Hop, Receipt, ReceiptPath } from '../../api/reports/receipt.ts'
import { throughApiServer } from '../../operations/ask-autoscaler.ts'
import type { ReceiptOf } from '../../operations/receipt.ts'
import { makeReceipt } from '../../operations/receipt.ts'
import { explain, sentence } from '../../view/words.ts'
import type { Answer } from '../answer.ts'
import { CliError } from '../answer.ts'
import type { Register } from '../command.ts'
import { answered } from '../answered.ts'
import { OUTCOME_MARKS } from '../output/marks.ts'
import type { Paint } from '../output/paint.ts'
import { safeLine } from '../output/table.ts'
import type { Session } from '../session.ts'
import { getWorkload, parseWorkload } from '../subject/workload-ref.ts'

const hopText = ({ hop, outcome }: Hop, paint: Paint): string => {
  const [mark, tone] = OUTCOME_MARKS[outcome]
  return `${paint(tone, mark)} ${hop}`
}

const pathLines = (
  { signal, destination = 'no destination', hops, line, isDelivered }: ReceiptPath,
  paint: Paint,
): string[] => {
  const reason = hops.at(-1)?.reason
  const remedy = !isDelivered && reason ? sentence(explain(reason).remedy) : ''
  return [
    '',
    `${paint('title', `${signal} → ${safeLine(destination)}`)}   ${hops.map((hop) => hopText(hop, paint)).join('  ')}`,
    `  ${safeLine(line)}`,
    ...(remedy === '' ? [] : [`  → ${remedy}`]),
  ]
}

/** A signal that no Destination takes is as it was configured, unless nothing is delivered at all. */
const isDelivered = (paths: readonly ReceiptPath[]): boolean =>
  paths.some((path) => path.isDelivered) && paths.every((path) => path.isDelivered || path.destination === undefined)

export const receiptAnswer = (receipt: Receipt, paint: Paint): Answer => {
  const { subject, probe, durationMs, agent, warnings, paths } = receipt
  return {
    data: receipt,
    text: [
      `${paint('title', safeLine(subject))}: probe ${probe}, followed for ${Math.round(durationMs / 1000)} s`,
      ...(agent ? ['', `${hopText(agent, paint)}: ${safeLine(agent.message)}`] : []),
      ...warnings.map(({ reason, message }) => `${paint('warn', '!')} ${reason}: ${safeLine(message)}`),
      ...paths.flatMap((path) => pathLines(path, paint)),
    ].join('\n'),
    exitCode: isDelivered(paths) ? 0 : 1,
  }
}

interface Options {
  destination?: string
}

const subjectOf = async (session: Session, words: readonly string[], { destination }: Options): Promise<ReceiptOf> => {
  if (destination !== undefined && words.length === 0) return { destination }
  if (destination !== undefined || words.length === 0)
    throw new CliError(
      'name a workload, or a Destination with --destination',
      'For example: odigos trace-delivery deployment/cart',
    )
  const namespace = await session.namespace()
  const { kind, metadata } = await getWorkload(await session.client(), parseWorkload(words), namespace)
  return { namespace, kind, name: metadata.name }
}

const traceDelivery = async (session: Session, words: string[], options: Options): Promise<Answer> => {
  const of = await subjectOf(session, words, options)
  session.progress('Following a probe to the destinations; this takes up to 30 seconds…')
  const transport = throughApiServer(await session.client(), session.systemNamespace, session.signal)
  return receiptAnswer(answered(await makeReceipt(transport, of)), session.paint)
}

export const registerTraceDelivery: Register = (program, run) => {
  program
    .command('trace-delivery')
    .summary('follow a probe to the destinations')
    .description(
      'Sends a probe of each signal on the way of the telemetry of a workload, and tells how far it comes. Backends receive the probe. Exit code 1 if it is not delivered.',
    )
    .argument('[workload...]', 'NAME or KIND/NAME')
    .option('--destination <name>', 'follow it to this Destination, instead of that of a workload')
    .action(run(traceDelivery))
}
