/** `odigos why-not`: why nothing of a workload arrives, in one line, and how far it comes. */
import type { Tone } from '../../view/words.ts'
import { explain } from '../../view/words.ts'
import type { ClusterView, WorkloadView } from '../../view/view.ts'
import type { WayStep } from '../../view/why-not.ts'
import { obstacleOf, STEP_TITLES, wayOf } from '../../view/why-not.ts'
import type { Answer } from '../answer.ts'
import { CliError } from '../answer.ts'
import type { Register } from '../command.ts'
import type { Paint } from '../output/paint.ts'
import { safeLine } from '../output/table.ts'
import { readView } from '../read-view.ts'
import type { Session } from '../session.ts'
import { findInView, parseWorkload } from '../subject/workload-ref.ts'

const MARKS: Record<WayStep['outcome'], [mark: string, tone: Tone]> = {
  passed: ['✓', 'good'],
  stopped: ['✗', 'bad'],
  waiting: ['…', 'busy'],
  later: ['·', 'quiet'],
}

const stepLines = ({ step, outcome, reason, message, remedy }: WayStep, paint: Paint): string[] => {
  const [mark, tone] = MARKS[outcome]
  const said = [...(reason === undefined ? [] : [reason]), ...(message === '' ? [] : [message])].join(': ')
  return [
    `${paint(tone, mark)} ${STEP_TITLES[step].padEnd(20)} ${safeLine(outcome === 'passed' ? message : said)}`.trimEnd(),
    ...(outcome === 'passed' || remedy === undefined ? [] : [`  ${' '.repeat(20)} → ${safeLine(remedy)}`]),
  ]
}

/** The steps as lines with a mark each, and what to do below. */
export const wayLines = (steps: readonly WayStep[], paint: Paint): string[] =>
  steps.flatMap((step) => stepLines(step, paint))

const headline = ({ kind, name, namespace }: WorkloadView, obstacle: WayStep | undefined): string => {
  const subject = `${kind} ${name} in ${namespace}`
  if (!obstacle) return `${subject}: its telemetry arrives at its destinations.`
  const reason = obstacle.reason ?? STEP_TITLES[obstacle.step]
  const meaning = explain(reason).meaning
  return `${subject}: ${reason}${meaning === reason ? '' : `: ${meaning}`}.`
}

export const whyNotAnswer = (view: ClusterView, workload: WorkloadView, paint: Paint): Answer => {
  const steps = wayOf(view, workload)
  const obstacle = obstacleOf(steps)
  const { namespace, kind, name, state } = workload
  const ask = `To follow a probe on its way: odigos trace-delivery ${kind.toLowerCase()}/${name} -n ${namespace}`
  return {
    data: { workload: { namespace, kind, name }, state, obstacle: obstacle ?? null, steps },
    text: [paint('title', headline(workload, obstacle)), '', ...wayLines(steps, paint), '', ask].join('\n'),
    exitCode: obstacle?.outcome === 'stopped' ? 1 : 0,
  }
}

const whyNot = async (session: Session, words: string[]): Promise<Answer> => {
  if (words.length === 0) throw new CliError('name a workload', 'For example: odigos why-not deployment/cart')
  const wanted = parseWorkload(words)
  const [view, namespace] = await Promise.all([readView(session), session.namespace()])
  return whyNotAnswer(view, findInView(view, wanted, namespace), session.paint)
}

export const registerWhyNot: Register = (program, run) => {
  program
    .command('why-not')
    .summary('tell why nothing of a workload arrives')
    .description(
      'Tells how far the telemetry of a workload comes, what is in the way, and what mends it. Exit code 1 if something is.',
    )
    .argument('[workload...]', 'NAME or KIND/NAME')
    .action(run(whyNot))
}
