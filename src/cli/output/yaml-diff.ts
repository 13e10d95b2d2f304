/** Objects as YAML, and the difference of two of them. */
import { createTwoFilesPatch } from 'diff'
import { stringify } from 'yaml'
import type { Paint } from './paint.ts'
import { safe } from './paint.ts'

export const yamlOf = (object: unknown): string =>
  safe(stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 })).trimEnd()

const painted = (line: string, paint: Paint): string => {
  if (line.startsWith('+++') || line.startsWith('---')) return paint('title', line)
  if (line.startsWith('+')) return paint('good', line)
  if (line.startsWith('-')) return paint('bad', line)
  return line.startsWith('@@') ? paint('busy', line) : line
}

/** A unified difference with three lines around each change, as of `kubectl diff`; '' if there is none. */
export const yamlDiff = (before: unknown, after: unknown, name: string, paint: Paint): string => {
  const [from, to] = [`${yamlOf(before)}\n`, `${yamlOf(after)}\n`]
  if (from === to) return ''
  const patch = createTwoFilesPatch(`${name} before`, `${name} after`, from, to, undefined, undefined, { context: 3 })
  // The first line separates files.
  return patch
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => painted(line, paint))
    .join('\n')
}
