/** What the programs of the cluster wrote; their logs stay after a stop. */
import { existsSync, readFileSync } from 'node:fs'
import { RemedyError } from '../../tools/step.ts'
import { logOf } from './configuration.ts'
import { DAEMONS } from './daemons.ts'

const PROGRAMS: readonly string[] = DAEMONS.map(({ tool }) => tool)

const lastLines = (file: string, count: number): string =>
  readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')

/** The last lines of the named programs' logs, or fewer lines of all; throws with the names where there is nothing to show. */
export const logText = (names: readonly string[], fileOf: (program: string) => string = logOf): string => {
  const unknown = names.find((name) => !PROGRAMS.includes(name))
  if (unknown !== undefined) throw new RemedyError(`There is no program ${unknown}; there are ${PROGRAMS.join(', ')}`)
  const wanted = names.length > 0 ? names : PROGRAMS
  const written = wanted.map((name) => fileOf(name)).filter((file) => existsSync(file))
  if (written.length === 0)
    throw new RemedyError(`No log of ${wanted.join(', ')} is there; they are written when the cluster starts.`)
  const count = names.length > 0 ? 200 : 10
  return written.map((file) => `==> ${file} <==\n${lastLines(file, count)}\n`).join('\n')
}
