/** `odigos`, also `kubectl odigos`. */
import { CommanderError } from 'commander'
import { candidates } from './completion/candidates.ts'
import { COMPLETE } from './completion/register.ts'
import { createProgram, exitCodeOf } from './program.ts'
import { coloured, plain } from './output/paint.ts'

const stopping = new AbortController()
for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.once(name, () => {
    stopping.abort(new Error(name))
    process.exitCode = name === 'SIGINT' ? 130 : 143
  })

const program = createProgram({
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  setExitCode: (code) => {
    process.exitCode ??= code
  },
  // Both read NO_COLOR and FORCE_COLOR.
  paint: process.stdout.isTTY && process.stdout.hasColors() ? coloured : plain,
  isTerminal: process.stderr.isTTY,
  signal: stopping.signal,
  now: () => new Date(),
})

try {
  const [first, ...words] = process.argv.slice(2)
  // Before anything is parsed: the words are those of a command line that is being typed.
  if (first === COMPLETE) process.stdout.write(`${candidates(program, words).join('\n')}\n`)
  else await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = exitCodeOf(error)
}
