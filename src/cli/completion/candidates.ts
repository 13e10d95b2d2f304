/** What may come next on a command line; pure. */
import type { Command, Option } from 'commander'

/** Options of the command and of those above it. */
const optionsOf = (command: Command): readonly Option[] =>
  command.parent ? [...command.options, ...optionsOf(command.parent)] : command.options

const named = (command: Command, word: string): Option | undefined =>
  optionsOf(command).find(({ short, long }) => word === short || word === long)

const takesValue = (option: Option | undefined): option is Option =>
  option !== undefined && (option.required || option.optional)

/** The command that the words lead to; values of options are passed over. */
const commandAt = (program: Command, words: readonly string[]): Command => {
  let command = program
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (takesValue(named(command, word))) at += 1
    else command = command.commands.find((each) => each.name() === word) ?? command
  }
  return command
}

const flags = (command: Command): string[] => [
  ...optionsOf(command).flatMap(({ long }) => (long === undefined ? [] : [long])),
  '--help',
]

/** `words` follow `odigos`; the last one is being typed, and may be empty. */
export const candidates = (program: Command, words: readonly string[]): string[] => {
  const typed = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const command = commandAt(program, before)
  const option = named(command, before.at(-1) ?? '')
  const all = takesValue(option)
    ? (option.argChoices ?? [])
    : typed.startsWith('-')
      ? flags(command)
      : command.commands.map((each) => each.name())
  return all.filter((each) => each.startsWith(typed)).toSorted()
}
