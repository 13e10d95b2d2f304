/** The options with which a Destination is described, as the form of the UI has them. */
import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { Signal } from '../../api/vocabulary.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import { destinationTypeOf } from '../../operations/catalogue.ts'
import type { DestinationInput, DestinationType } from '../../view/destination-type.ts'
import { CliError } from '../answer.ts'

export interface FormOptions {
  type?: string
  signals?: string
  field?: string[]
  secretFile?: string[]
}

const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value]

export const withForm = (command: Command): Command =>
  command
    .option('--type <type>', 'type of the backend: odigos destinations types')
    .option('--signals <signals>', 'signals, separated by commas (default: all that the type supports)')
    .option('--field <name=value>', 'a field of the type; can be repeated', collect)
    .option(
      '--secret-file <name=file>',
      'a secret field, from a file or from standard input (-); can be repeated',
      collect,
    )

const pairOf = (text: string, option: string): [name: string, value: string] => {
  const at = text.indexOf('=')
  if (at < 1) throw new CliError(`${option} ${text}: NAME=VALUE is required`)
  return [text.slice(0, at), text.slice(at + 1)]
}

const isSignal = (word: string): word is Signal => (SIGNALS as readonly string[]).includes(word)

const signalsOf = (text: string): Signal[] =>
  text.split(',').map((word) => {
    const signal = word.trim()
    if (!isSignal(signal)) throw new CliError(`unknown signal "${signal}"`, `Signals are ${SIGNALS.join(', ')}.`)
    return signal
  })

/** Secrets are no arguments: those are in the history of the shell, and other users of the machine see them. */
const secretOf = async (path: string, readStdin: () => Promise<string>): Promise<string> => {
  try {
    // The line feed that editors and echo append is no part of it.
    return (path === '-' ? await readStdin() : await readFile(path, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    throw new CliError(`the file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}

const LIST_TYPES = 'To list the types: odigos destinations types'

/** The type of the catalogue. Throws where there is none of this name. */
export const typeNamed = (type: string): DestinationType => {
  const found = destinationTypeOf(type)
  if (!found) throw new CliError(`there is no type "${type}"`, LIST_TYPES)
  return found
}

/** The content of the form. Throws for what is no such content; the fields are checked later, as those of the UI. */
export const formOf = async (name: string, options: FormOptions): Promise<DestinationInput> => {
  if (options.type === undefined) throw new CliError('name the type with --type', LIST_TYPES)
  const { type, signals, fields } = typeNamed(options.type)
  const given = (options.field ?? []).map((text) => pairOf(text, '--field'))
  const misplaced = given.find(([field]) => fields.some((each) => each.name === field && each.secret))
  if (misplaced)
    throw new CliError(
      `${misplaced[0]} is secret, and must not be an argument`,
      `Write it to a file, and use --secret-file ${misplaced[0]}=FILE (or - for standard input).`,
    )
  let stdin: Promise<string> | undefined
  const readStdin = () => (stdin ??= readAll(process.stdin))
  const secrets = await Promise.all(
    (options.secretFile ?? []).map(async (text): Promise<[string, string]> => {
      const [field, path] = pairOf(text, '--secret-file')
      return [field, await secretOf(path, readStdin)]
    }),
  )
  return {
    displayName: name,
    type,
    signals: options.signals === undefined ? signals : signalsOf(options.signals),
    disabled: false,
    fields: Object.fromEntries(given),
    secrets: Object.fromEntries(secrets),
    cleared: [],
  }
}
