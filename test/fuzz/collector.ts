/** `npm run fuzz -- --minutes 20`: strange Destinations, Actions and settings in real collectors. Fails with each that keeps one from starting. */
import { parseArgs } from 'node:util'
import { UsageError, runMain } from '../../tools/command.ts'
import { collectorBinary } from '../support/telemetry/collector-binary.ts'
import { fuzzCollector } from './fuzz-collector.ts'

const HELP = `Usage: npm run fuzz [-- OPTIONS]

Starts real collectors with Destinations, Actions and settings that pass every check, and prints those with which none starts.

  --minutes N   how long. Default: 20
  --seed N      of the random numbers, for the same inputs again. Default: the current time
  --help        print this help`

const main = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({ args, options: { minutes: { type: 'string' }, seed: { type: 'string' } } })
  const minutes = Number(values.minutes ?? 20)
  const seed = Number(values.seed ?? Date.now() % 1e9)
  if (!(minutes > 0) || !Number.isInteger(seed)) throw new UsageError('--minutes and --seed must be positive numbers')
  const binary = collectorBinary()
  if (!binary) throw new UsageError('there is no collector')
  const endsAt = Date.now() + minutes * 60_000
  const { rounds, inputs, accepted, findings } = await fuzzCollector({
    binary,
    seed,
    goesOn: () => Date.now() < endsAt,
  })
  for (const { input, words } of findings) console.log(`\n${JSON.stringify(input)}\n  ${words}`)
  console.log(
    `\nseed ${seed}: ${rounds} starts, ${accepted} of ${inputs} inputs were accepted, ${findings.length} were refused`,
  )
  process.exitCode = findings.length > 0 ? 1 : 0
}

await runMain(HELP, main)
