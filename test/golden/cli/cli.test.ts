/**
 * Each text file beside this one is a case: a command in its first line, then what it prints, and its exit code. The cluster is the shop of
 * the tests of the UI. UPDATE_GOLDEN=1 writes what comes out; a new case is a file with a first line.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RELEASE } from '../../../src/api/names.ts'
import { runCli } from '../../support/cli/run-cli.ts'
import type { ShopServer } from '../../support/cli/shop-server.ts'
import { startShopServer } from '../../support/cli/shop-server.ts'

const PROMPT = '$ odigos '
const NOW = new Date('2026-11-23T10:00:30Z')

/** Times of conditions are those of the run; hashes and tags change with the agents and the release, and have tests of their own. */
const steady = (text: string): string =>
  text
    .replaceAll(/(?<=lastTransitionTime"?: "?)[^",\n]+/g, '2026-11-23T09:58:30Z')
    .replaceAll(/(?<=injection-hash: )\w+/g, 'HASH')
    .replaceAll(RELEASE, 'RELEASE')

describe('the output of the CLI', () => {
  let server: ShopServer
  before(async () => {
    server = await startShopServer()
  })
  after(async () => {
    await server?.[Symbol.asyncDispose]()
  })

  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'))) {
    it(file, async () => {
      const path = join(import.meta.dirname, file)
      const expected = readFileSync(path, 'utf8')
      const command = expected.split('\n', 1)[0] ?? ''
      assert.ok(command.startsWith(PROMPT), 'the first line has the command')
      const args = command.slice(PROMPT.length).split(' ')
      const { all, exitCode } = await runCli(args, { kubeconfig: server.kubeconfig, now: NOW })
      const actual = `${command}\n${steady(all)}exit code ${exitCode}\n`
      if (process.env['UPDATE_GOLDEN']) writeFileSync(path, actual)
      else assert.equal(actual, expected)
    })
  }
})
