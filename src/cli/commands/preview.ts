/** `odigos preview`: the pod as the webhook would leave it. */
import type { Session } from '../session.ts'
import type { Answer } from '../answer.ts'
import type { Register } from '../command.ts'
import type { Paint } from '../output/paint.ts'
import { yamlDiff, yamlOf } from '../output/yaml-diff.ts'
import type { SubjectOptions } from '../subject/read-subjects.ts'
import { readSubjects, withSubject } from '../subject/read-subjects.ts'
import type { Judged } from '../subject/subject.ts'
import { outcomeLines } from './explain.ts'

interface PreviewOptions extends SubjectOptions {
  diff?: boolean
}

const comment = (text: string): string => text.replaceAll(/^/gm, '# ')

const previewOf = (judged: Judged, isDiff: boolean, paint: Paint): string => {
  const { title, pod, after, notes, decision } = judged
  const head = comment([title, ...notes, ...outcomeLines(judged)].join('\n'))
  if (!isDiff) return `${head}\n${yamlOf(after)}`
  return `${head}\n${yamlDiff(pod, after, 'pod', paint) || `# No change: ${decision.outcome}`}`
}

/** The pods after admission; JSON has the pods alone, so that they can be piped on. */
export const previewAnswer = (subjects: readonly Judged[], isDiff: boolean, paint: Paint): Answer => ({
  data:
    subjects.length === 1
      ? subjects[0]?.after
      : { apiVersion: 'v1', kind: 'List', items: subjects.map(({ after }) => after) },
  text: subjects.map((each) => previewOf(each, isDiff, paint)).join('\n---\n'),
})

const preview = async (session: Session, words: string[], options: PreviewOptions): Promise<Answer> =>
  previewAnswer(await readSubjects(session, words, options), options.diff ?? false, session.paint)

export const registerPreview: Register = (program, run) => {
  withSubject(program.command('preview'))
    .summary('show what pods would look like with the agent')
    .description('Shows the next pod of a workload as the webhook would leave it. Changes nothing.')
    .option('--diff', 'show only the differences')
    .action(run(preview))
}
