/** The bundle of `odigos diagnose`: what is in the cluster is in it, but for what was planted as a secret. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseTarGzip } from 'nanotar'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient, ResourceType } from '../../../src/kube/types.ts'
import { runCli } from '../../support/cli/run-cli.ts'
import type { ShopServer } from '../../support/cli/shop-server.ts'
import { startShopServer } from '../../support/cli/shop-server.ts'

const S = 'planted2secret7'
const namespace = 'odigos-system'

const planted = async (client: KubeClient): Promise<void> => {
  const put = (type: ResourceType, name: string, fields: object) =>
    client.create(type, { metadata: { name, namespace }, ...fields } as unknown as KubeObject, { fieldManager: 'test' })
  await put(RESOURCES.secrets, 'backend-secret', { data: { token: S } })
  await put(RESOURCES.configMaps, 'odigos-gateway-1234', { data: { 'config.yaml': `headers: { x-custom: ${S} }` } })
  await put(RESOURCES.pods, 'odigos-gateway-0', {
    spec: {
      containers: [
        {
          name: 'collector',
          args: [`--token=${S}`],
          env: [
            { name: 'ANY', value: S },
            { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'backend-secret', key: 'token' } } },
          ],
        },
      ],
    },
    status: { message: `cannot reach https://user:${S}@backend` },
  })
  await put(RESOURCES.events, 'e1', { message: `Authorization: Bearer ${S} was refused`, reason: 'Failed' })
  await put(RESOURCES.destinations, 'mistyped', {
    spec: {
      type: 'otlphttp',
      signals: ['traces'],
      fields: { endpoint: 'https://backend', secretHeaderValue: S, pasword: S },
    },
  })
  await put(RESOURCES.actions, 'stamp', {
    spec: { type: 'AddAttributes', signals: ['traces'], addAttributes: { 'api-key': S } },
  })
}

describe('odigos diagnose', () => {
  let server: ShopServer
  const folder = mkdtempSync(join(tmpdir(), 'odigos-diagnose-'))
  const path = join(folder, 'bundle.tar.gz')
  before(async () => {
    server = await startShopServer()
    await planted(server.client)
  })
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await server?.[Symbol.asyncDispose]()
  })

  it('holds what helps, and no secret', async () => {
    const { out, err, exitCode } = await runCli(['diagnose', '--file', path], { kubeconfig: server.kubeconfig })
    assert.equal(exitCode, 0, err)
    assert.match(out, /files, .*KiB\.\n/)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    const files = await parseTarGzip(readFileSync(path))
    const texts = new Map(files.map(({ name, data }) => [name, Buffer.from(data ?? []).toString()]))
    for (const [name, text] of texts)
      assert.ok(!text.includes(S), `${name}: ${text.slice(text.indexOf(S) - 80, text.indexOf(S) + 20)}`)
    for (const name of [
      'README.txt',
      'view.json',
      'nodes.json',
      'odigos/pods.json',
      'odigos/events.json',
      'actions.json',
    ])
      assert.ok(texts.has(name), `${name} is missing: ${[...texts.keys()].join(', ')}`)
    assert.match(texts.get('odigos/pods.json') ?? '', /odigos-gateway-0[^]*"key": "token"/)
    assert.match(texts.get('odigos/events.json') ?? '', /was refused/)
    assert.match(texts.get('view.json') ?? '', /"pricing"[^]*no permission to load a probe/)
    // This API server knows no reviews of permissions.
    assert.match(texts.get('README.txt') ?? '', /Not read:\n {2}check\.json: /)
  })

  it('overwrites nothing', async () => {
    const { err, exitCode } = await runCli(['diagnose', '--file', path], { kubeconfig: server.kubeconfig })
    assert.equal(exitCode, 1)
    assert.match(err, /cannot be written: EEXIST/)
  })

  it('wants a number of lines', async () => {
    const { err, exitCode } = await runCli(['diagnose', '--tail', 'all'], { kubeconfig: server.kubeconfig })
    assert.deepEqual([exitCode, /no number of lines/.test(err)], [1, true])
  })
})
