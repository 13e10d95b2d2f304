/** What applications do with Node.js' own functions, signals and limits; each must be as without the agent. */
import assert from 'node:assert/strict'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentSuite } from './agent-suite.ts'
import { nodePackages } from './node-packages.ts'
import type { Outcome } from './program.ts'
import { run } from './program.ts'
import type { NodeVersion } from './runtimes.ts'
import { nodeRuntime } from './runtimes.ts'

const apps = join(import.meta.dirname, 'apps/node')
const harm = (name: string): string => join(apps, 'harm', name)
const all: readonly NodeVersion[] = ['14.21.3', '18.20.8', '22.23.3', '24']
const limitMs = 30_000

const seen = ({ code, signal, stdout, stderr }: Outcome): unknown[] => [
  code,
  signal,
  stdout,
  stderr.replaceAll(/node:\d+/g, ''),
]

describe('what an application sees of the Node.js agent', function () {
  this.timeout(600_000)
  const suite = agentSuite('nodejs')

  /** Runs it bare and with the agent; returns the names of the server spans. */
  const compare = async (command: string, args: readonly string[], cwd?: string): Promise<string[]> => {
    const before = suite.sink.spans.length
    const place = cwd === undefined ? {} : { cwd }
    const env = suite.injected()
    const bare = await run(command, args, { ...place, limitMs })
    assert.deepEqual(seen(await run(command, args, { ...place, env, limitMs })), seen(bare))
    return suite.sink.spans
      .slice(before)
      .filter(({ kind }) => kind === 'server')
      .map(({ name }) => name)
  }

  for (const version of all) {
    for (const [title, file, spans] of [
      ['headers of requests in arrays', 'headers.cjs', 8],
      ['the end by a signal in a busy loop', 'busy.cjs', 0],
      ['the end by a signal during a child process', 'waiting.cjs', 0],
      ['the end by a signal during a lock', 'locked.cjs', 0],
      ['its listeners, and what it prints at its end', 'listeners.cjs', 1],
      ['timers that it has replaced', 'fakes.cjs', 1],
      ['names and properties of functions', 'likeness.cjs', 0],
    ] as const) {
      it(`is not ${title}, on ${version}`, async () => {
        assert.equal((await compare((await nodeRuntime(version)).command, [harm(file)])).length, spans)
      })
    }
  }

  for (const [version, option] of [
    ['20.20.2', '--experimental-permission'],
    ['22.23.3', '--permission'],
    ['24', '--permission'],
  ] as const) {
    for (const file of ['exit.cjs', 'throw.cjs', 'raise-first.cjs']) {
      it(`is not the end of a process that may start no thread: ${file} on ${version}`, async () => {
        const { command } = await nodeRuntime(version)
        await compare(command, [option, '--allow-fs-read=*', join(apps, 'end', file)])
      })
    }
  }

  for (const [name, packages, versions] of [
    ['express-4', ['express@4.21.2'], all],
    ['express-5', ['express@5.1.0'], all.slice(1)],
  ] as const) {
    for (const version of versions) {
      it(`is not the handlers in the layers of ${name}, on ${version}`, async () => {
        const place = await mkdtemp(join(tmpdir(), 'odigos-harm-'))
        try {
          await cp(harm('layers.cjs'), join(place, 'layers.cjs'))
          await symlink(join(await nodePackages(name, packages), 'node_modules'), join(place, 'node_modules'))
          const names = await compare((await nodeRuntime(version)).command, ['layers.cjs'], place)
          assert.deepEqual(names, ['GET /outer/inner/:id', 'GET /other/thing/:id', 'GET /throws', 'GET'])
        } finally {
          await rm(place, { recursive: true })
        }
      })
    }
  }
})
