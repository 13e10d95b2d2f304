/** The boot file before it loads an SDK: what it knows of other agents is generated from the table of them. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const boot = join(import.meta.dirname, '../../../agents/nodejs/boot.cjs')

interface Start {
  options?: string
  env?: Record<string, string>
  cwd?: string
}

describe("the Node.js agent's boot file", () => {
  let root: string
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'odigos-boot-'))
    const files = {
      'plain/app.js': '',
      'plain/package.json': '{"dependencies":{}}',
      'sentry/app.js': '',
      'sentry/package.json': '{"dependencies":{"@sentry/node":"8"}}',
      'node_modules/DD-Trace/index.js': '',
      // Started by files of tools, whose packages are not the application's.
      'web/package.json': '{"dependencies":{"@vercel/otel":"1"}}',
      'web/node_modules/next/package.json': '{"dependencies":{"react":"19"}}',
      'web/node_modules/next/dist/bin/next': '',
      'web/node_modules/.pnpm/next@15/node_modules/next/package.json': '{"dependencies":{"react":"19"}}',
      'web/node_modules/.pnpm/next@15/node_modules/next/dist/bin/next': '',
      'web/node_modules/.bin/next': '',
      'global/lib/node_modules/pm2/package.json': '{"dependencies":{"async":"3"}}',
      'global/lib/node_modules/pm2/lib/ProcessContainerFork.js': '',
      'global/lib/node_modules/pm2/bin/pm2-runtime': '',
      'global/lib/node_modules/serve/build/main.js': '',
      'workspace/package.json': '{"dependencies":{}}',
      'workspace/node_modules/next/dist/bin/next': '',
      'workspace/apps/site/package.json': '{"dependencies":{"@sentry/nextjs":"8"}}',
    }
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), content)
    }
  })
  after(() => rmSync(root, { recursive: true }))

  const saidOf = (file: string, { options = '', env = {}, cwd = '.' }: Start = {}): string => {
    const NODE_OPTIONS = `--require ${boot} ${options}`.trim()
    const { stderr } = spawnSync(process.execPath, [join(root, file)], {
      env: { NODE_OPTIONS, ODIGOS_DEBUG: 'true', ...env },
      cwd: join(root, cwd),
      encoding: 'utf8',
    })
    return stderr.split('\n')[0] ?? ''
  }
  const said = (app: string, options = '', env: Record<string, string> = {}): string =>
    saidOf(`${app}/app.js`, { options, env })

  it('goes on to the SDK, which is not beside it here', () => {
    assert.match(
      said('plain'),
      /^odigos: not instrumented: Error: Cannot find module '\.\/sdk-22\/node_modules\/odigos-sdk\/sdk\.cjs'/,
    )
  })

  it('stands back for another agent in the options, in any letter case', () => {
    const options = `--require ${root}/node_modules/DD-Trace/index.js`
    assert.equal(said('plain', options), 'odigos: not instrumented: another agent: dd-trace')
    assert.match(said('plain', options, { ODIGOS_FORCE: 'true' }), /Cannot find module/)
  })

  it('stands back for an SDK that the application brings', () => {
    assert.equal(said('sentry'), 'odigos: not instrumented: the application brings @sentry/node')
  })

  for (const [title, file, start, vendor] of [
    ['a link in node_modules/.bin', 'web/node_modules/.bin/next', {}, '@vercel/otel'],
    ["a tool's own file", 'web/node_modules/next/dist/bin/next', {}, '@vercel/otel'],
    ['a file of the pnpm store', 'web/node_modules/.pnpm/next@15/node_modules/next/dist/bin/next', {}, '@vercel/otel'],
    [
      'a tool of a workspace, in a package of it',
      'workspace/node_modules/next/dist/bin/next',
      { cwd: 'workspace/apps/site' },
      '@sentry/nextjs',
    ],
    [
      'a global tool, in the application',
      'global/lib/node_modules/serve/build/main.js',
      { cwd: 'sentry' },
      '@sentry/node',
    ],
    [
      'what a process manager runs',
      'global/lib/node_modules/pm2/lib/ProcessContainerFork.js',
      { env: { pm_exec_path: 'SENTRY' } },
      '@sentry/node',
    ],
  ] as const) {
    it(`asks the application's package, not the tool's: ${title}`, () => {
      const env = 'env' in start ? { env: { pm_exec_path: join(root, 'sentry/app.js') } } : {}
      assert.equal(saidOf(file, { ...start, ...env }), `odigos: not instrumented: the application brings ${vendor}`)
    })
  }

  it('leaves alone a program that only starts the application', () => {
    assert.match(saidOf('global/lib/node_modules/pm2/bin/pm2-runtime'), /a program that starts others$/)
  })

  it('leaves alone a probe of the container, and what a probe starts', () => {
    const commands = JSON.stringify([[process.execPath, join(root, 'plain/app.js')]])
    assert.match(said('plain', '', { ODIGOS_PROBE_COMMANDS: commands }), /not instrumented: a probe$/)
    assert.match(said('plain', '', { ODIGOS_PROBE_COMMANDS: '[["cat","/ready"]]' }), /Cannot find module/)
    assert.match(said('plain', '', { ODIGOS_PROBE_COMMANDS: 'no JSON' }), /Cannot find module/)
    const script = `${process.execPath} ${join(root, 'plain/app.js')}; true`
    const { stderr } = spawnSync('sh', ['-c', script], {
      env: {
        NODE_OPTIONS: `--require ${boot}`,
        ODIGOS_DEBUG: 'true',
        ODIGOS_PROBE_COMMANDS: JSON.stringify([['sh', '-c', script]]),
      },
      encoding: 'utf8',
    })
    assert.match(stderr, /not instrumented: a probe\n/)
  })
})
