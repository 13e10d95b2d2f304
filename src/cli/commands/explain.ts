/** `odigos explain`: the decision of the webhook, rule by rule. */
import type { TraceEntry } from '../../inject/types.ts'
import type { Tone } from '../../view/words.ts'
import { explain as explainReason, sentence } from '../../view/words.ts'
import type { Answer } from '../answer.ts'
import type { Register } from '../command.ts'
import type { Paint } from '../output/paint.ts'
import { safeLine, table } from '../output/table.ts'
import type { Session } from '../session.ts'
import type { SubjectOptions } from '../subject/read-subjects.ts'
import { readSubjects, withSubject } from '../subject/read-subjects.ts'
import type { Judged } from '../subject/subject.ts'

/** One line for each container, or for the pod where that is left alone as a whole. */
export const outcomeLines = ({ decision: { containers, outcome } }: Judged): string[] => {
  const each = Object.entries(containers)
  if (each.length === 0) return [`pod: ${outcome}: ${explainReason(outcome).meaning}`]
  return each.map(([name, { reason, message }]) => `container ${name}: ${reason}: ${safeLine(message)}`)
}

const toneOf = (reason: string): Tone => (reason === 'Injected' || reason === 'AlreadyInjected' ? 'good' : 'warn')

const remedies = ({ decision: { containers, outcome } }: Judged): string[] => {
  const reasons = Object.values(containers).map(({ reason }) => reason)
  const all = new Set(reasons.length > 0 ? reasons : [outcome])
  return [...all].flatMap((reason) => {
    const remedy = sentence(explainReason(reason).remedy)
    return remedy === '' ? [] : [`${reason}: ${remedy}`]
  })
}

const ruleRow = ({ rule, container = '', finding, from }: TraceEntry): string[] =>
  [container, rule, finding, from].map(safeLine)

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]

const explanationOf = (judged: Judged, paint: Paint): string => {
  const { title, notes, decision } = judged
  const isGood = toneOf(decision.outcome)
  return [
    `${paint('title', title)}: ${paint(isGood, decision.outcome)}`,
    ...notes,
    ...section('Outcome', outcomeLines(judged)),
    ...section('What can be done', remedies(judged)),
    ...section(
      'Decision, rule by rule',
      decision.trace.length === 0
        ? []
        : table(['CONTAINER', 'RULE', 'FINDING', 'FROM'], decision.trace.map(ruleRow)).split('\n'),
    ),
  ].join('\n')
}

export const explainAnswer = (subjects: readonly Judged[], paint: Paint): Answer => ({
  data: subjects.map(({ title, notes, decision: { outcome, containers, trace } }) => ({
    subject: title,
    notes,
    outcome,
    containers,
    trace,
  })),
  text: subjects.map((each) => explanationOf(each, paint)).join('\n\n'),
})

const explain = async (session: Session, words: string[], options: SubjectOptions): Promise<Answer> =>
  explainAnswer(await readSubjects(session, words, options), session.paint)

export const registerExplain: Register = (program, run) => {
  withSubject(program.command('explain'))
    .summary('show the decision about a workload, rule by rule')
    .description('Shows what the webhook decides about the next pod of a workload, and where each value comes from.')
    .action(run(explain))
}
