/** Programs that a Python agent has broken: with it each must do what it does without it. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Environment } from '../../zoo/harness/injected.ts'
import { agentSuite } from './agent-suite.ts'
import { run } from './program.ts'
import { pythonRuntime, pythonWith } from './runtimes.ts'

const app = (name: string): string => join(import.meta.dirname, 'apps/python/harm', name)

interface Case {
  title: string
  program: string
  /** Minor versions that must be on this machine to be tested; without any, the system's Python with the packages. */
  minors?: readonly string[]
  packages?: readonly string[]
  spans: readonly string[]
}

const cases: readonly Case[] = [
  {
    title: 'a signal that it has blocked and waits for',
    program: 'blocked_signal.py',
    minors: ['3.8', '3.12'],
    spans: ['client GET'],
  },
  {
    title: 'a fork right after a span',
    program: 'forking.py',
    minors: ['3.11', '3.12', '3.13'],
    spans: ['client GET', 'client GET', 'client GET'],
  },
  { title: 'loaders without attributes', program: 'slots.py', minors: ['3.8', '3.11', '3.12', '3.13'], spans: [] },
  { title: 'finders of old', program: 'legacy_finder.py', minors: ['3.8', '3.11', '3.12'], spans: [] },
  { title: 'lazy imports, and specifications', program: 'lazily.py', minors: ['3.8', '3.11', '3.12'], spans: [] },
  {
    title: "Falcon's classes",
    program: 'falcon_classes.py',
    packages: ['falcon==4.4.0'],
    spans: ['server GET', 'server GET', 'server POST', 'server POST'].map((span) => `${span} /items/{number}`),
  },
  {
    title: "aiohttp's classes",
    program: 'aiohttp_classes.py',
    packages: ['aiohttp==3.12.9'],
    spans: ['client GET', 'client GET', 'server GET /inner/items/{number}', 'server GET /items/{number}'],
  },
  {
    title: 'an application of Pyramid',
    program: 'pyramid_application.py',
    packages: ['pyramid==2.0.2', 'setuptools==80.9.0'],
    spans: Array.from({ length: 3 }, () => 'server /items/{number}'),
  },
  {
    title: 'an answer without a status',
    program: 'requests_adapter.py',
    packages: ['requests==2.32.5'],
    spans: ['client GET'],
  },
]

describe('the Python agent does no harm to', function () {
  this.timeout(180_000)
  const suite = agentSuite('python')

  const check = async (command: string, { program, spans }: Case): Promise<void> => {
    const user: Environment = { PYTHONDONTWRITEBYTECODE: '1' }
    const bare = await run(command, [app(program)], { env: user })
    assert.equal(bare.code, 0, bare.stderr)
    const from = suite.sink.spans.length
    const { code, signal, stdout, stderr } = await run(command, [app(program)], { env: suite.injected(user) })
    assert.deepEqual(
      { code, signal, stdout, stderr },
      { code: 0, signal: null, stdout: bare.stdout, stderr: bare.stderr },
    )
    assert.deepEqual(suite.received(from), spans)
  }

  for (const each of cases) {
    for (const minor of each.minors ?? []) {
      it(`${each.title}, on ${minor}`, async function () {
        const runtime = await pythonRuntime(minor)
        if (!runtime) {
          console.log(`      skipped: this machine has no Python ${minor}`)
          return this.skip()
        }
        await check(runtime.command, each)
      })
    }
    if (!each.packages) continue
    it(each.title, async () => {
      await check(await pythonWith(each.program.slice(0, -3).replaceAll('_', '-'), each.packages ?? []), each)
    })
  }
})
