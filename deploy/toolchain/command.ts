/** What every command of package.json does alike: its help, and how it ends when it cannot go on. */
import { RemedyError } from './step.ts'

const isWrongArgument = (error: unknown): error is Error =>
  error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')

/**
 * Runs the main function of a command with its arguments, or prints the help that is asked for. What a user can mend is told
 * without a stack; arguments that `parseArgs` refuses are told with the help, and end with 2.
 */
export const runMain = async (help: string, main: (args: string[]) => Promise<void>): Promise<void> => {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) {
    console.log(help)
    return
  }
  try {
    await main(args)
  } catch (error) {
    if (isWrongArgument(error)) console.error(`${error.message.split('. ')[0]}\n\n${help}`)
    else console.error(error instanceof RemedyError ? error.message : error)
    process.exitCode = isWrongArgument(error) ? 2 : 1
  }
}
