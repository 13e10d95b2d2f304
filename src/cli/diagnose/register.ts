/** `odigos diagnose`: a bundle for whoever looks for a fault, without secrets. */
import { writeFile } from 'node:fs/promises'
import { createTarGzip } from 'nanotar'
import { bytesText } from '../../view/bytes.ts'
import type { Answer } from '../answer.ts'
import { CliError } from '../answer.ts'
import type { Register } from '../command.ts'
import type { Session } from '../session.ts'
import type { Collected } from './collect.ts'
import { collect } from './collect.ts'
import { redactValue } from './redact-value.ts'
import { redactText } from './redact.ts'

interface Options {
  file?: string
  tail: string
}

/** Text of a file: logs as they are, all else as JSON, both redacted. */
const textOf = (content: unknown): string =>
  typeof content === 'string' ? redactText(content) : `${JSON.stringify(redactValue(content), undefined, 2)}\n`

const readme = ({ parts, missing }: Collected, time: string): string =>
  [
    `Collected by odigos diagnose at ${time}.`,
    '',
    'Secrets and ConfigMaps are not in it; values of variables, and what looks like a credential, were replaced. Read it before you pass it on.',
    '',
    'Files:',
    ...parts.map(({ name }) => `  ${name}`),
    ...(missing.length === 0 ? [] : ['', 'Not read:', ...missing.map((each) => `  ${redactText(each)}`)]),
    '',
  ].join('\n')

/** The files of the bundle, redacted. */
export const filesOf = (collected: Collected, time: string): { name: string; data: string }[] => [
  { name: 'README.txt', data: readme(collected, time) },
  ...collected.parts.map(({ name, content }) => ({ name, data: textOf(content) })),
]

const diagnose = async (session: Session, { file, tail }: Options): Promise<Answer> => {
  const tailLines = Number(tail)
  if (!Number.isInteger(tailLines) || tailLines < 1) throw new CliError(`--tail ${tail} is no number of lines`)
  const time = session.now().toISOString()
  const path = file ?? `odigos-diagnose-${time.slice(0, 19).replaceAll(/[:T]/g, '-')}.tar.gz`
  session.progress('Reading the state of the cluster…')
  const collected = await collect(session, { tailLines })
  const bundle = await createTarGzip(filesOf(collected, time), { attrs: { mtime: session.now().getTime() } })
  try {
    await writeFile(path, bundle, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw new CliError(
      `the file ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`,
      'Name another one with --file.',
    )
  }
  const { parts, missing } = collected
  return {
    data: { file: path, bytes: bundle.byteLength, files: parts.map(({ name }) => name), missing },
    text: [
      `${path}: ${parts.length} files, ${bytesText(bundle.byteLength)}.`,
      ...(missing.length === 0 ? [] : ['Not read:', ...missing.map((each) => `  ${redactText(each)}`)]),
      'Secrets were left out or replaced. Names of workloads, namespaces and hosts are in it: read it before you pass it on.',
    ].join('\n'),
  }
}

export const registerDiagnose: Register = (program, run) => {
  program
    .command('diagnose')
    .summary('write a bundle for whoever looks for a fault')
    .description(
      'Writes the state of Odigos and the logs of its pods to a .tar.gz, without secrets. Changes nothing in the cluster.',
    )
    .option('--file <path>', 'file to write (default: odigos-diagnose-TIME.tar.gz); it must not exist')
    .option('--tail <lines>', 'lines of each log, from its end', '1000')
    .action(run(diagnose))
}
