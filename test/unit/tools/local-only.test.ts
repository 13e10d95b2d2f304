/** Tests that change a cluster refuse one on another machine. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { localOnly } from '../../support/cluster/local-only.ts'

const OVERRIDE = 'ODIGOS_TEST_ANY_CLUSTER'

describe('the cluster of tests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
  const path = join(folder, 'kubeconfig')
  const override = process.env[OVERRIDE]
  const write = (server: string): void =>
    writeFileSync(
      path,
      stringify({
        clusters: [{ name: 'c', cluster: { server } }],
        users: [{ name: 'u', user: {} }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    )

  beforeEach(() => delete process.env[OVERRIDE])
  after(() => {
    if (override !== undefined) process.env[OVERRIDE] = override
    rmSync(folder, { recursive: true })
  })

  it('may be on this machine', () => {
    // Read here, as links of pods come and go.
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
    const hosts = own.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address))
    for (const host of ['localhost', ...hosts]) {
      write(`https://${host}:6443`)
      assert.equal(localOnly(path), path)
    }
  })

  it('must not be elsewhere, unless the user allows it', () => {
    write('https://production.example.com:6443')
    assert.throws(() => localOnly(path), /production\.example\.com.*set ODIGOS_TEST_ANY_CLUSTER=1/)
    process.env[OVERRIDE] = '1'
    assert.equal(localOnly(path), path)
  })
})
