/** What the options of `preview` and `explain` are about. */
import type { Command } from 'commander'
import { CliError } from '../answer.ts'
import type { Session } from '../session.ts'
import { parseLanguages } from './assumed.ts'
import { subjectFromCluster } from './from-cluster.ts'
import { subjectsFromFile } from './from-file.ts'
import type { Judged } from './subject.ts'
import { judgeSubject } from './subject.ts'
import { parseWorkload } from './workload-ref.ts'

export interface SubjectOptions {
  filename?: string
  language?: string
}

/** The options with which a workload or a file is named. */
export const withSubject = (command: Command): Command =>
  command
    .argument('[workload...]', 'a workload in the cluster: NAME or KIND/NAME')
    .option('-f, --filename <file>', 'a manifest, or - for standard input; needs no cluster')
    .option('-l, --language <languages>', 'languages that are assumed: LANGUAGE, or CONTAINER=LANGUAGE,…')

/** Without a cluster there is no context with a namespace. */
const namespaceOfFile = async (session: Session): Promise<string> => {
  try {
    return await session.namespace()
  } catch {
    return 'default'
  }
}

export const readSubjects = async (
  session: Session,
  words: readonly string[],
  { filename, language }: SubjectOptions,
): Promise<Judged[]> => {
  const languages = parseLanguages(language)
  if (filename === undefined) {
    if (words.length === 0)
      throw new CliError('name a workload, or a file with -f', 'For example: odigos explain deployment/cart')
    return [judgeSubject(await subjectFromCluster(session, parseWorkload(words), languages))]
  }
  if (words.length > 0) throw new CliError('name a workload or a file, not both')
  const { systemNamespace } = session
  const options = { namespace: await namespaceOfFile(session), systemNamespace, languages }
  return (await subjectsFromFile(filename, options)).map(judgeSubject)
}
