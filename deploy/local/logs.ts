/** Logs of the cluster's programs, which are kept after a stop. */
import { existsSync, readFileSync } from 'node:fs'
import { RemedyError } from '../../tools/step.ts'
import { logOf } from './configuration.ts'
import { DAEMONS } from './daemons.ts'

const PROGRAMS: readonly string[] = DAEMONS.map(({ tool }) => tool)

const lastLines = (file: string, count: number): string =>
  readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')

/** The last lines of the named programs' logs, or fewer lines of all; throws with the names if no log exists. */
export const logText = (names: readonly string[], fileOf: (program: string) => string = logOf): string => {
  const unknown = names.find((name) => !PROGRAMS.includes(name))
  if (unknown !== undefined) throw new RemedyError(`Unknown program ${unknown}; programs are ${PROGRAMS.join(', ')}`)
  const selected = names.length > 0 ? names : PROGRAMS
  const written = selected.map((name) => fileOf(name)).filter((file) => existsSync(file))
  if (written.length === 0)
    throw new RemedyError(`No log of ${selected.join(', ')} exists; logs are written when the cluster starts.`)
  const count = names.length > 0 ? 200 : 10
  return written.map((file) => `==> ${file} <==\n${lastLines(file, count)}\n`).join('\n')
}
