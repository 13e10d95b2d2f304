import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mock } from 'node:test'
import {
  kubeConfigCredentials,
  loadKubeConfig,
  serviceAccountCredentials,
} from '../../../../src/kube/http/credentials.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('credentials', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'credentials-'))
  })
  afterEach(() => {
    mock.timers.reset()
    rmSync(folder, { recursive: true })
  })

  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o700 })
    return path
  }

  describe('of a service account', () => {
    const address = { host: '10.0.0.1', port: '443' }
    beforeEach(() => {
      mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
      write('token', 'first\n')
      write('ca.crt', 'authority')
    })

    it('are the token and the authority of the folder', async () => {
      assert.deepEqual(await serviceAccountCredentials(address, folder)(), {
        server: 'https://10.0.0.1:443',
        headers: { authorization: 'Bearer first' },
        tls: { ca: 'authority' },
      })
    })

    it('put an IPv6 address in brackets', async () => {
      const credentials = serviceAccountCredentials({ host: 'fd00::1', port: '6443' }, folder)
      assert.equal((await credentials()).server, 'https://[fd00::1]:6443')
    })

    it('read a token anew after a minute, because the kubelet renews it', async () => {
      const credentials = serviceAccountCredentials(address, folder)
      await credentials()
      write('token', 'second')
      mock.timers.tick(59_000)
      assert.equal((await credentials()).headers['authorization'], 'Bearer first')
      mock.timers.tick(2_000)
      assert.equal((await credentials()).headers['authorization'], 'Bearer second')
    })
  })

  describe('of a kubeconfig', () => {
    const kubeconfig = (user: object, cluster: object = {}): string =>
      write(
        'config',
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Config',
          'current-context': 'main',
          contexts: [
            { name: 'main', context: { cluster: 'here', user: 'me' } },
            { name: 'other', context: { cluster: 'there', user: 'me' } },
          ],
          clusters: [
            { name: 'here', cluster: { server: 'https://here:6443/', ...cluster } },
            { name: 'there', cluster: { server: 'https://there:6443/prefix' } },
          ],
          users: [{ name: 'me', user }],
        }),
      )
    const accessOf = async (path: string, context?: string) =>
      kubeConfigCredentials(await loadKubeConfig({ path, ...(context ? { context } : {}) }))()

    it('are client certificates', async () => {
      const user = { 'client-certificate-data': base64('certificate'), 'client-key-data': base64('key') }
      const path = kubeconfig(user, {
        'certificate-authority-data': base64('authority'),
        'tls-server-name': 'api.example',
      })
      const { server, tls, headers } = await accessOf(path)
      assert.equal(server, 'https://here:6443')
      assert.deepEqual(
        [String(tls.ca), String(tls.cert), String(tls.key), tls.servername],
        ['authority', 'certificate', 'key', 'api.example'],
      )
      assert.deepEqual(headers, {})
    })

    it('are a token, a password, or what a plugin prints', async () => {
      const authorization = async (user: object): Promise<string | undefined> =>
        (await accessOf(kubeconfig(user))).headers['authorization']
      assert.equal(await authorization({ token: 'abc' }), 'Bearer abc')
      assert.equal(await authorization({ username: 'u', password: 'p' }), `Basic ${base64('u:p')}`)
      const answer = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'xyz' } }
      const plugin = write('plugin', `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`)
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' }
      assert.equal(await authorization({ exec }), 'Bearer xyz')
    })

    it('tell a proxy, and a server whose certificate is not to be checked', async () => {
      const cluster = { 'proxy-url': 'http://proxy:3128', 'insecure-skip-tls-verify': true }
      const access = await accessOf(kubeconfig({ token: 'abc' }, cluster))
      assert.equal(access.proxyUrl, 'http://proxy:3128')
      assert.equal(access.tls.rejectUnauthorized, false)
    })

    it('are of the context that is asked for, with the path of its server', async () => {
      assert.equal((await accessOf(kubeconfig({ token: 'abc' }), 'other')).server, 'https://there:6443/prefix')
      await assert.rejects(accessOf(kubeconfig({ token: 'abc' }), 'no-such'), /context 'no-such' does not exist/)
    })
  })
})
