/** The boot file without the SDK's packages, so that what it does to a process can be told apart. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isPythonLauncher, PYTHON_LAUNCHERS } from '../../../src/api/agents/python-launchers.ts'

const python = '/usr/bin/python3'
const agent = join(import.meta.dirname, '../../../agents/python')
const emptyZip = Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)])
const OURS = ['_odigos', 'sitecustomize', 'gc', '_json']
const spawn = `import multiprocessing
if __name__ == "__main__":
    multiprocessing.get_context("spawn").Process().start()
`
const files = {
  'agent/modules-3.10-source.zip': emptyZip,
  'alone/path.py': 'import sys; print(*sys.path, sep="\\n")',
  'alone/modules.py': 'import sys; print(*sys.modules, sep="\\n")',
  'alone/threads.py': 'import os; print(len(os.listdir("/proc/self/task")))',
  'alone/spawn.py': spawn,
  'hidden/sitecustomize.py': 'print("hidden")',
  'sdk/main.py': 'print("READY")',
  'sdk/opentelemetry/__init__.py': 'raise SystemExit("the application\'s own")',
  'sdk/opentelemetry/sdk/__init__.py': '',
  // Imported by whoever imports one of the application's libraries, and by nobody else.
  'libraries/flask.py': 'print("flask")',
  'libraries/main.py': 'print("main")',
  'launchers/supervisor/__init__.py': '',
  'launchers/supervisor/supervisord.py': '',
  ...Object.fromEntries(
    [...PYTHON_LAUNCHERS, 'pip3.12', 'supervisord.py', 'pips', 'shop', 'uvicorn'].map((name) => [
      `launchers/bin/${name}`,
      '',
    ]),
  ),
}

describe("the Python agent's boot file", () => {
  let root: string
  const path = (name: string): string => join(root, name)

  before(function () {
    const version = spawnSync(python, ['-c', 'import sys; print(sys.version_info >= (3, 11))'], { encoding: 'utf8' })
    if (version.stdout !== 'True\n') this.skip()
    root = realpathSync(mkdtempSync(join(tmpdir(), 'odigos-boot-')))
    for (const name of ['boot', 'own']) cpSync(join(agent, name), path(`agent/${name}`), { recursive: true })
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), content)
    }
  })
  after(() => root && rmSync(root, { recursive: true }))

  const run = (args: readonly string[], cwd = '.', env: Readonly<Record<string, string>> = {}): string[] => {
    const { stdout, stderr } = spawnSync(python, args, {
      cwd: path(cwd),
      env: { PYTHONPATH: path('agent/boot'), PYTHONDONTWRITEBYTECODE: '1', ...env },
      encoding: 'utf8',
      timeout: 30_000,
    })
    return `${stdout}${stderr}`.trimEnd().split('\n')
  }
  const debug = { ODIGOS_DEBUG: 'true' }

  it('imports nothing but its own modules', () => {
    const without = run(['modules.py'], 'alone', { PYTHONPATH: '' })
    const probes = { ODIGOS_PROBE_COMMANDS: '[["sh","-c","python3 /check.py"]]' }
    const added = run(['modules.py'], 'alone', probes).filter((name) => !without.includes(name))
    assert.deepEqual(
      added.filter((name) => !OURS.includes(name.split('.')[0] ?? '')),
      [],
    )
    assert.ok(added.includes('_odigos.hooks'))
  })

  it('starts no thread', () => {
    assert.deepEqual(run(['threads.py'], 'alone'), ['1'])
  })

  it("imports nothing of the application's before the application", () => {
    assert.deepEqual(run(['main.py'], 'libraries', debug), ['main', 'odigos: instrumented'])
  })

  for (const [title, added, user] of [
    ['none', '', ''],
    ['folders', ':/one:/two', '/one:/two'],
    ['an empty element before others', '::/one', ':/one'],
    ['an empty element after others', ':/one:', '/one:'],
    ['empty elements alone', '::', ':'],
    ['a reference to an empty value', ':', ''],
  ] as const) {
    it(`leaves sys.path as it is without it, but for its own folder; PYTHONPATH of the user: ${title}`, () => {
      const withIt = run(['../alone/path.py'], 'hidden', { PYTHONPATH: `${path('agent/boot')}${added}` })
      const without = run(['../alone/path.py'], 'hidden', { PYTHONPATH: user })
      assert.deepEqual(
        withIt.filter((line) => line !== path('agent/boot')),
        without,
      )
    })
  }

  for (const [title, args, cwd] of [
    ['its script', ['main.py'], 'sdk'],
    ['a script elsewhere', ['../sdk/main.py'], 'alone'],
    ['the working directory of -m', ['-m', 'main'], 'sdk'],
  ] as const) {
    it(`stands back where the application's own SDK stands beside ${title}, without importing it`, () => {
      const reason = 'odigos: not instrumented: the application brings its own OpenTelemetry SDK'
      assert.deepEqual(run(args, cwd, debug), ['READY', reason])
    })
  }

  describe('leaves alone what only starts the application, as the detector does:', () => {
    const outcomeOf = (args: readonly string[]): string | undefined => run(args, 'launchers', debug).at(-1)
    const launched: [about: string, args: string[]][] = [
      ...PYTHON_LAUNCHERS.map((name): [string, string[]] => [`a script ${name}`, [`bin/${name}`]]),
      ['a version of pip', ['bin/pip3.12']],
      ['a module of a package', ['-m', 'supervisor.supervisord']],
      ['after options', ['-u', '-X', 'dev', 'bin/supervisord']],
    ]
    for (const [about, args] of launched)
      it(about, () => {
        assert.equal(isPythonLauncher(args.at(-1) ?? ''), true)
        assert.equal(outcomeOf(args), 'odigos: not instrumented: not an application')
      })
    for (const script of ['bin/supervisord.py', 'bin/pips', 'bin/shop', 'bin/uvicorn'])
      it(`but not ${script}`, () => {
        assert.equal(isPythonLauncher(script), false)
        assert.equal(outcomeOf([script]), 'odigos: instrumented')
      })
  })

  it('starts in processes of multiprocessing', () => {
    const lines = run(['spawn.py'], 'alone', debug).filter((line) => !line.includes('not an application'))
    assert.deepEqual(lines, ['odigos: instrumented', 'odigos: instrumented'])
  })

  for (const [title, commands, args] of [
    ['its own command', [['python3', 'main.py']], ['main.py']],
    ['a command of a shell', [['sh', '-c', 'exec python3 main.py && true']], ['main.py']],
    ['another command', [['python3', 'other.py']], undefined],
  ] as const) {
    it(`stands back in a probe: ${title}`, () => {
      const env = { ...debug, ODIGOS_PROBE_COMMANDS: JSON.stringify(commands) }
      const [, outcome] = run(args ?? ['main.py'], 'libraries', { ...env })
      const isProbe = args !== undefined
      assert.equal(outcome, isProbe ? 'odigos: not instrumented: not an application' : 'odigos: instrumented')
    })
  }
})
