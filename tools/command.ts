/** Common behaviour of the commands of package.json: help, and the exit on errors. */
import { RemedyError } from './step.ts'

/** Invalid arguments of a command. */
export class UsageError extends Error {
  override name = 'UsageError'
}

const isOfUsage = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS'))

/**
 * Runs the main function of a command with its arguments, or prints its help. Errors that users can fix are printed
 * without a stack; invalid arguments are reported together with the help, with exit code 2.
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
    // After its first sentence, parseArgs explains arguments that begin with a dash, which no command has.
    if (isOfUsage(error)) console.error(`${error.message.split('. ')[0]}\n\n${help}`)
    else console.error(error instanceof RemedyError ? error.message : error)
    process.exitCode = isOfUsage(error) ? 2 : 1
  }
}
