/** The boot file with packages that stand in for the SDK, so that what it does to a process can be told apart. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const python = '/usr/bin/python3'
const boot = join(import.meta.dirname, '../../../agents/python/boot')
const emptyZip = Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)])
const initialize = 'import urllib3\ndef initialize(**options):\n    print("started with", urllib3.whose)\n'
const application = 'import sys, urllib3\nif __name__ == "__main__":\n    print("runs with", urllib3.whose)\n'
const spawn = `import multiprocessing
if __name__ == "__main__":
    multiprocessing.get_context("spawn").Process(target=print, args=("child",)).start()
`

describe("the Python agent's boot file", () => {
  let root: string
  const path = (name: string): string => join(root, name)

  before(function () {
    const version = spawnSync(python, ['-c', 'import sys; print(sys.version_info >= (3, 11))'], { encoding: 'utf8' })
    if (version.stdout !== 'True\n') this.skip()
    root = realpathSync(mkdtempSync(join(tmpdir(), 'odigos-boot-')))
    cpSync(boot, path('agent/boot'), { recursive: true })
    const files = {
      'agent/site-3.10/opentelemetry/instrumentation/auto_instrumentation/__init__.py': initialize,
      'agent/site-3.10/urllib3.py': 'whose = "ours"',
      'agent/modules-3.10-source.zip': emptyZip,
      'app/urllib3/__init__.py': 'whose = "theirs"',
      'app/main.py': application,
      'app/package/__main__.py': application,
      'app/__main__.py': application,
      'app/spawn.py': spawn,
      'alone/main.py': application,
      'alone/path.py': 'import sys; print(*sys.path, sep="\\n")',
      'hidden/sitecustomize.py': 'print("hidden")',
      'named/urllib3.py': 'print("runs as", __name__)',
      'hiding/main.py': 'print("main"); import queue, urllib3; print(urllib3.whose)',
      'hiding/urllib3.py': 'import queue\nwhose = "theirs"',
      'hiding/queue/__init__.py': 'print("runs as", __name__)',
      'broken/main.py': 'import urllib3, sys; print(urllib3.whose, "opentelemetry" in sys.modules)',
      'broken/urllib3.py': 'whose = "theirs"',
      'broken/opentelemetry/__init__.py': 'raise SystemExit("the application\'s own")',
      'sdk/main.py': 'print("READY")',
      'sdk/opentelemetry/sdk/__init__.py': '',
    }
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), content)
    }
    symlinkSync('app/main.py', path('link.py'))
  })
  after(() => root && rmSync(root, { recursive: true }))

  const run = (args: readonly string[], cwd = '.', env: Readonly<Record<string, string>> = {}): string[] => {
    const own = { PYTHONPATH: path('agent/boot'), PYTHONDONTWRITEBYTECODE: '1' }
    const text = execFileSync(python, args, {
      cwd: path(cwd),
      env: { ...own, ...env },
      encoding: 'utf8',
      timeout: 8_000,
    })
    return text.trimEnd().split('\n')
  }

  const theirs = ['started with theirs', 'runs with theirs']
  const ours = ['started with ours', 'runs with ours']
  for (const [title, args, cwd, expected] of [
    ['beside the script', ['main.py'], 'app', theirs],
    ['beside a script elsewhere', ['../app/main.py'], 'alone', theirs],
    ['beside what a link leads to', ['link.py'], '.', theirs],
    ['beside a script after options', ['-W', 'ignore', '-u', 'app/main.py'], '.', theirs],
    ['in a folder that is run', ['app'], '.', theirs],
    ['in the working directory of -m', ['-m', 'package'], 'app', theirs],
    ['only in the working directory', ['../alone/main.py'], 'app', ours],
    ['where the path is to be safe', ['-P', 'main.py'], 'app', ours],
    ['where the path is to be safe for -m', ['-P', '-m', 'main'], 'app', ours],
  ] as const) {
    it(`starts with the packages that the application gets: ${title}`, () => {
      const user = `${path('agent/boot')}:${path('alone')}`
      assert.deepEqual(run(args, cwd, { PYTHONPATH: user }), expected)
    })
  }

  for (const [title, added, user] of [
    ['none', '', ''],
    ['folders', ':/one:/two', '/one:/two'],
    ['an empty element before others', '::/one', ':/one'],
    ['an empty element after others', ':/one:', '/one:'],
    ['empty elements alone', '::', ':'],
    ['a reference to an empty value', ':', ''],
  ] as const) {
    it(`leaves sys.path as it is without it, but for its own folders; PYTHONPATH of the user: ${title}`, () => {
      const withIt = run(['../alone/path.py'], 'hidden', { PYTHONPATH: `${path('agent/boot')}${added}` })
      const without = run(['../alone/path.py'], 'hidden', { PYTHONPATH: user })
      const kept = withIt.filter((line) => !line.startsWith(path('agent')))
      assert.deepEqual(kept, ['started with ours', ...without])
    })
  }

  it('does not run a script that is called like one of its packages as a module too', () => {
    assert.deepEqual(run(['urllib3.py'], 'named'), ['runs as __main__'])
  })

  it("does not run what hides Python's own modules before the application does", () => {
    assert.deepEqual(run(['main.py'], 'hiding'), ['main', 'runs as queue', 'theirs'])
    assert.deepEqual(run(['-m', 'main'], 'hiding'), ['main', 'runs as queue', 'theirs'])
  })

  it('lets the application run when what stands beside it breaks the start', () => {
    assert.deepEqual(run(['main.py'], 'broken'), ['theirs False'])
  })

  it("stands back where the application's own SDK stands beside its script", () => {
    assert.deepEqual(run(['main.py'], 'sdk'), ['READY'])
  })

  it('starts in processes of multiprocessing', () => {
    assert.deepEqual(run(['spawn.py'], 'app'), ['started with theirs', 'started with theirs', 'child'])
  })
})
