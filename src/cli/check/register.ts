/** `odigos check`: what is in the way, before an installation and after it. */
import type { KubeObject } from '../../api/kubernetes.ts'
import { WEBHOOK_NAME } from '../../api/names.ts'
import { listObjects } from '../../kube/http/list-objects.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Tone } from '../../view/words.ts'
import { wayOf } from '../../view/why-not.ts'
import type { Answer } from '../answer.ts'
import type { Register } from '../command.ts'
import { wayLines } from '../commands/why-not.ts'
import type { Paint } from '../output/paint.ts'
import { safeLine } from '../output/table.ts'
import { readView } from '../read-view.ts'
import type { Session } from '../session.ts'
import { findInView, parseWorkload } from '../subject/workload-ref.ts'
import { judgeAfter } from './after.ts'
import { judgeBefore } from './before.ts'
import type { Facts } from './facts.ts'
import { ifPermitted, readDenied, readFacts } from './facts.ts'
import type { Finding } from './finding.ts'

const MARKS: Record<Finding['outcome'], [mark: string, tone: Tone]> = {
  passed: ['✓', 'good'],
  failed: ['✗', 'bad'],
  warning: ['!', 'warn'],
  unknown: ['?', 'busy'],
}

const lines = ({ outcome, title, message, remedy }: Finding, paint: Paint): string[] => {
  const [mark, tone] = MARKS[outcome]
  return [
    `${paint(tone, mark)} ${safeLine(title)}: ${safeLine(message)}`,
    ...(remedy === undefined || outcome === 'passed' ? [] : [`    → ${safeLine(remedy)}`]),
  ]
}

const count = (findings: readonly Finding[], outcome: Finding['outcome']): number =>
  findings.filter((each) => each.outcome === outcome).length

const summary = (findings: readonly Finding[]): string =>
  `${count(findings, 'passed')} passed, ${count(findings, 'warning')} warnings, ${count(findings, 'failed')} failed` +
  (count(findings, 'unknown') > 0 ? `, ${count(findings, 'unknown')} not known` : '')

/** Findings by group, what fails with what mends it below. */
export const checkAnswer = (findings: readonly Finding[], paint: Paint, more: readonly string[] = []): Answer => {
  const groups = Map.groupBy(findings, ({ group }) => group)
  return {
    data: { findings },
    text: [
      ...[...groups].flatMap(([group, found]) => [
        paint('title', group),
        ...found.flatMap((each) => lines(each, paint)),
        '',
      ]),
      ...(more.length === 0 ? [] : [paint('title', 'Workload'), ...more, '']),
      summary(findings),
    ].join('\n'),
    exitCode: count(findings, 'failed') > 0 ? 1 : 0,
  }
}

/** Deployments of the chart, whatever their release is named. */
const OWN_DEPLOYMENTS = 'app.kubernetes.io/name=odigos'

const isInstalled = ({ crds }: Facts, deployments: readonly KubeObject[]): boolean =>
  deployments.length > 0 && (crds ?? []).some(({ isOurs }) => isOurs)

interface Options {
  pre?: boolean
}

const check = async (session: Session, words: string[], { pre }: Options): Promise<Answer> => {
  const { systemNamespace, paint } = session
  const client = await session.client()
  const [facts, deployments] = await Promise.all([
    readFacts(session),
    ifPermitted(
      listObjects(client, RESOURCES.deployments, { namespace: systemNamespace, labelSelector: OWN_DEPLOYMENTS }),
    ),
  ])
  // Who may use it need not be permitted to install it.
  if (pre || !deployments || !isInstalled(facts, deployments))
    return checkAnswer(judgeBefore({ ...facts, denied: await readDenied(session) }), paint)
  const [view, webhook] = await Promise.all([
    readView(session),
    client.get({ type: RESOURCES.mutatingWebhookConfigurations, name: WEBHOOK_NAME }),
  ])
  const after = judgeAfter({ systemNamespace, deployments, webhook, crds: facts.crds ?? [], view })
  const findings = [...judgeBefore(facts), ...after]
  if (words.length === 0) return checkAnswer(findings, paint)
  const workload = findInView(view, parseWorkload(words), await session.namespace())
  const way = wayOf(view, workload)
  const answer = checkAnswer(findings, paint, wayLines(way, paint))
  const isStopped = way.some(({ outcome }) => outcome === 'stopped')
  return { ...answer, data: { findings, way }, exitCode: isStopped ? 1 : (answer.exitCode ?? 0) }
}

export const registerCheck: Register = (program, run) => {
  program
    .command('check')
    .summary('check the cluster, before an installation and after it')
    .description(
      'Checks what is in the way of Odigos: before an installation (--pre, or where it is not installed) the API server, nodes, namespace and permissions; afterwards its parts too, and one workload. Exit code 1 if something fails. Reads only.',
    )
    .argument('[workload...]', 'NAME or KIND/NAME')
    .option('--pre', 'only what is in the way of an installation')
    .action(run(check))
}
