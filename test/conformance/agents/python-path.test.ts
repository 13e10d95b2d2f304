import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Environment } from '../../zoo/harness/injected.ts'
import { agentSuite } from './agent-suite.ts'
import type { Outcome } from './program.ts'
import { run } from './program.ts'
import { pythonMinors, pythonRuntime, pythonWith } from './runtimes.ts'

const prints = 'import urllib3\n\nif __name__ == "__main__":\n    print(urllib3.__version__)\n'
// As those of gunicorn and uvicorn do, which stand in a folder of programs.
const consoleScript = 'import runpy, sys\nsys.path.insert(0, "")\nrunpy.run_module("main", run_name="__main__")\n'
const files = {
  'app/main.py': prints,
  'app/package/__init__.py': '',
  'app/package/__main__.py': prints,
  'bin/serve': consoleScript,
  'elsewhere/main.py': prints,
}

describe("the Python agent and urllib3 in the application's own folder", function () {
  this.timeout(180_000)
  const suite = agentSuite('python')
  let work: string
  let pinned: string

  before(async () => {
    pinned = await pythonWith('old-urllib3', ['urllib3==1.26.18'])
    work = await mkdtemp(join(tmpdir(), 'odigos-python-path-'))
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(work, name)), { recursive: true })
      await writeFile(join(work, name), content)
    }
    const found = await run(pinned, ['-c', 'import os, urllib3; print(os.path.dirname(urllib3.__file__))'])
    await cp(found.stdout.trim(), join(work, 'app/urllib3'), { recursive: true })
  })
  after(() => rm(work, { recursive: true, force: true }))

  const outcomeOf = async (command: string, args: readonly string[], cwd: string, env: Environment): Promise<Outcome> =>
    run(command, args, { env: { PYTHONDONTWRITEBYTECODE: '1', ...env }, cwd: join(work, cwd) })

  /** The same with the agent as without it. */
  const version = async (command: string, args: readonly string[], cwd: string, user: Environment): Promise<string> => {
    const bare = await outcomeOf(command, args, cwd, user)
    const env = suite.injected(user, { endpoint: 'http://127.0.0.1:9' })
    const { code, stdout, stderr } = await outcomeOf(command, args, cwd, env)
    assert.deepEqual([code, stdout, stderr], [bare.code, bare.stdout, bare.stderr])
    return stdout.trim()
  }

  for (const [title, args, cwd, user] of [
    ['beside the script', ['main.py'], 'app', {}],
    ['beside a script elsewhere', ['../app/main.py'], 'elsewhere', {}],
    ['in a working directory that -m begins with', ['-m', 'package'], 'app', {}],
    ['beside the script, with an empty PYTHONPATH', ['main.py'], 'app', { PYTHONPATH: '' }],
    ['on PYTHONPATH, with a console script', ['../bin/serve'], 'app', { PYTHONPATH: '.' }],
  ] as const) {
    it(`leaves it to the application: ${title}`, async () => {
      for (const minor of pythonMinors.slice(pythonMinors.indexOf('3.8'))) {
        const runtime = await pythonRuntime(minor)
        if (runtime) assert.equal(await version(runtime.command, args, cwd, user), '1.26.18', minor)
      }
    })
  }

  it('leaves an installed one to a console script', async () => {
    assert.equal(await version(pinned, ['../bin/serve'], 'elsewhere', {}), '1.26.18')
  })

  for (const [title, args, cwd, user] of [
    ['PYTHONSAFEPATH', ['main.py'], 'app', { PYTHONSAFEPATH: '1' }],
    ['an empty PYTHONPATH', ['../elsewhere/main.py'], 'app', { PYTHONPATH: '' }],
  ] as const) {
    it(`does not look for it where the interpreter does not: ${title}`, async () => {
      assert.notEqual(await version('/usr/bin/python3', args, cwd, user), '1.26.18')
    })
  }
})
