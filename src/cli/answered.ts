import type { Problem } from '../operations/problem.ts'
import { isProblem } from '../operations/problem.ts'
import { CliError } from './answer.ts'

/** The result of an operation. Throws its problem, with the messages about fields, for the user. */
export const answered = <Result extends object>(result: Result | Problem): Result => {
  if (!isProblem(result)) return result
  const { message, remedy, fields = {} } = result
  const each = Object.entries(fields).map(([name, text]) => `${name.replace(/^fields\./, '')}: ${text}`)
  throw new CliError([message, ...each].join('\n  '), remedy)
}
