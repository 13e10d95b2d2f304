/** What every command of package.json does alike: its help, and how it ends when it cannot go on. */
import { RemedyError } from './step.ts'

/** Arguments that a command cannot be run with. */
export class UsageError extends Error {
  override name = 'UsageError'
}

const isOfUsage = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS'))

/**
 * Runs the main function of a command with its arguments, or prints the help that is asked for. What a user can mend is told
 * without a stack; wrong arguments are told with the help, and end with 2.
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
    // What parseArgs adds after its first sentence is about arguments that begin with a dash, of which there are none.
    if (isOfUsage(error)) console.error(`${error.message.split('. ')[0]}\n\n${help}`)
    else console.error(error instanceof RemedyError ? error.message : error)
    process.exitCode = isOfUsage(error) ? 2 : 1
  }
}
