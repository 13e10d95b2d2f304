import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const module = join(import.meta.dirname, '../../../scripts/installed.mjs')
const { isInstalled } = (await import(module)) as { isInstalled: (root: string) => boolean }

type Packages = Record<string, { version: string; integrity?: string; optional?: boolean }>

const LOCK: Packages = {
  '': { version: '0.1.0' },
  'node_modules/node': { version: '24.0.0', integrity: 'a' },
  'node_modules/esbuild': { version: '1.0.0', integrity: 'b' },
  'node_modules/@esbuild/aix-ppc64': { version: '1.0.0', optional: true },
}
const { '': _root, 'node_modules/@esbuild/aix-ppc64': _other, ...INSTALLED } = LOCK

describe('installed packages', () => {
  let root: string
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'odigos-installed-'))
    write('package-lock.json', JSON.stringify({ packages: LOCK }))
    write('node_modules/node/bin/node', '')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const cases: [string, Packages | undefined, boolean][] = [
    ['nothing is installed', undefined, false],
    ['npm ci was run by hand', INSTALLED, true],
    [
      'a package has another version',
      { ...INSTALLED, 'node_modules/esbuild': { version: '0.9.0', integrity: 'b' } },
      false,
    ],
    [
      'a package has another content',
      { ...INSTALLED, 'node_modules/esbuild': { version: '1.0.0', integrity: 'c' } },
      false,
    ],
    ['a package is missing', { 'node_modules/node': { version: '24.0.0', integrity: 'a' } }, false],
  ]
  for (const [name, packages, expected] of cases)
    it(`${expected ? 'are used' : 'are installed'} where ${name}`, () => {
      if (packages) write('node_modules/.package-lock.json', JSON.stringify({ packages }))
      assert.equal(isInstalled(root), expected)
    })

  it('are installed again where the pinned Node.js is missing', () => {
    write('node_modules/.package-lock.json', JSON.stringify({ packages: INSTALLED }))
    rmSync(join(root, 'node_modules/node'), { recursive: true })
    assert.equal(isInstalled(root), false)
  })
})
