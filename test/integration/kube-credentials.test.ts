/** A pod's way to the API server: the token of a real service account, also after it was renewed. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mock } from 'node:test'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { createKubeClient } from '../../src/kube/http/client.ts'
import { serviceAccountCredentials } from '../../src/kube/http/credentials.ts'
import { KubeError } from '../../src/kube/http/error.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { KubeClient } from '../../src/kube/types.ts'
import { clusterClient, clusterCredentials, temporaryNamespace } from '../support/cluster/cluster-client.ts'
import { listObjects } from '../../src/kube/http/list-objects.ts'

const apiVersion = 'authentication.k8s.io/v1'

const SERVICE_ACCOUNTS = { ...RESOURCES.secrets, kind: 'ServiceAccount', plural: 'serviceaccounts' }

describe('credentials of a real service account', () => {
  let admin: KubeClient
  let namespace: AsyncDisposable & { name: string }
  let folder = ''

  const tokenOf = async (account: string): Promise<string> => {
    const metadata = { name: account, namespace: namespace.name }
    await admin.apply(SERVICE_ACCOUNTS, { apiVersion: 'v1', kind: '', metadata }, { fieldManager: 'test' })
    const path = `/api/v1/namespaces/${namespace.name}/serviceaccounts/${account}/token`
    const request = { apiVersion, kind: 'TokenRequest', spec: {} }
    return (await admin.request<{ status: { token: string } }>('POST', path, request)).status.token
  }
  const whoAmI = async (client: KubeClient): Promise<string> => {
    const review = { apiVersion, kind: 'SelfSubjectReview' }
    const path = `/apis/${apiVersion}/selfsubjectreviews`
    const answer = await client.request<{ status: { userInfo: { username: string } } }>('POST', path, review)
    return answer.status.userInfo.username
  }

  before(async () => {
    admin = await clusterClient()
    namespace = await temporaryNamespace(admin, 'kube-credentials')
    folder = mkdtempSync(join(tmpdir(), 'account-'))
    const { tls } = await (await clusterCredentials())()
    writeFileSync(join(folder, 'ca.crt'), tls.ca as Buffer)
  })
  after(async () => {
    mock.timers.reset()
    rmSync(folder, { recursive: true })
    await namespace[Symbol.asyncDispose]()
  })

  it('are used, and read again when the token was renewed', async () => {
    const { server } = await (await clusterCredentials())()
    const { hostname, port } = new URL(server)
    writeFileSync(join(folder, 'token'), await tokenOf('first'))
    mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const client = createKubeClient({ credentials: serviceAccountCredentials({ host: hostname, port }, folder) })
    assert.equal(await whoAmI(client), `system:serviceaccount:${namespace.name}:first`)
    writeFileSync(join(folder, 'token'), await tokenOf('second'))
    mock.timers.tick(61_000)
    assert.equal(await whoAmI(client), `system:serviceaccount:${namespace.name}:second`)
  })

  it('are refused with a KubeError that says why, and shows no token', async () => {
    const { server } = await (await clusterCredentials())()
    const { hostname, port } = new URL(server)
    const token = await tokenOf('second')
    writeFileSync(join(folder, 'token'), token)
    const client = createKubeClient({ credentials: serviceAccountCredentials({ host: hostname, port }, folder) })
    await assert.rejects(listObjects<KubeObject>(client, RESOURCES.secrets), (error: unknown) => {
      assert.ok(error instanceof KubeError)
      assert.deepEqual([error.status, error.reason], [403, 'Forbidden'])
      assert.match(error.message, /cannot list resource "secrets"/)
      assert.ok(!error.message.includes(token))
      return true
    })
  })
})
