/** `npm run zoo`: runs real applications bare and with their agents, and compares the two. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zooEntries } from '../tools/zoo/entry.ts'
import { mergedResults, RESULTS_FILE, zooResults } from '../tools/zoo/results.ts'
import { runMain } from '../tools/command.ts'
import { runMocha } from '../tools/mocha.ts'

const HELP = `Usage: npm run zoo [-- PATTERN]

Runs the applications of test/zoo, each without and with its agent, and prints what the agent changes. PATTERN is a regular
expression on their names, for example python/django. Results are kept in test/zoo/results.json, from which
npm run generate makes the table in docs/supported.md; an application that fails or is skipped has none.`

await runMain(HELP, async ([pattern = '.']) => {
  const folder = mkdtempSync(join(tmpdir(), 'odigos-zoo-'))
  const file = join(folder, 'results')
  writeFileSync(file, '')
  try {
    const { failed } = await runMocha('test/zoo/zoo.test.ts', { ODIGOS_ZOO: pattern, ODIGOS_ZOO_RESULTS: file })
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    const ids = zooEntries().map(({ id }) => id)
    writeFileSync(RESULTS_FILE, `${JSON.stringify(mergedResults(zooResults(), lines, ids), undefined, 2)}\n`)
    if (failed > 0) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true })
  }
})
