/** The boot file before it loads an SDK: what it knows of other agents is generated from the table of them. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const boot = join(import.meta.dirname, '../../../agents/nodejs/boot.cjs')

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
    }
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), content)
    }
  })
  after(() => rmSync(root, { recursive: true }))

  const said = (app: string, options = '', env: Record<string, string> = {}): string => {
    const NODE_OPTIONS = `--require ${boot} ${options}`.trim()
    const { stderr } = spawnSync(process.execPath, [join(root, app, 'app.js')], {
      env: { NODE_OPTIONS, ODIGOS_DEBUG: 'true', ...env },
      encoding: 'utf8',
    })
    return stderr.split('\n')[0] ?? ''
  }

  it('goes on to the SDK, which is not beside it here', () => {
    assert.match(said('plain'), /^odigos: not instrumented: Error: Cannot find module '\.\/sdk-22\/sdk\.cjs'/)
  })

  it('stands back for another agent in the options, in any letter case', () => {
    const options = `--require ${root}/node_modules/DD-Trace/index.js`
    assert.equal(said('plain', options), 'odigos: not instrumented: another agent: dd-trace')
    assert.match(said('plain', options, { ODIGOS_FORCE: 'true' }), /Cannot find module/)
  })

  it('stands back for an SDK that the application brings', () => {
    assert.equal(said('sentry'), 'odigos: not instrumented: the application brings @sentry/node')
  })
})
