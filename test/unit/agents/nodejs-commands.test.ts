/** The same cases for the boot files of all languages. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

interface Case {
  about: string
  commands: string[][]
  argv: string[]
  ancestors?: string[][]
  isProbe: boolean
}

const { isBelow } = createRequire(import.meta.url)('../../../agents/nodejs/commands.cjs') as {
  isBelow: (commands: string[][], nextArgv: () => string[] | undefined) => boolean
}
const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../conformance/agents/probe-cases.json'), 'utf8'),
) as Case[]

describe('commands of probes and hooks, for Node.js', () => {
  for (const { about, commands, argv, ancestors = [], isProbe } of cases) {
    it(about, () => {
      const chain = [argv, ...ancestors]
      assert.equal(
        isBelow(commands, () => chain.shift()),
        isProbe,
      )
    })
  }
})
