/** How the UI has the connection of a form tested: with a Secret that is gone afterwards, and no value anywhere else. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import type { ConnectionTestReport } from '../../../src/api/reports/connection-test.ts'
import { connectionTestRequest } from '../../../src/api/reports/connection-test.ts'
import { overNetwork } from '../../../src/operations/ask-autoscaler.ts'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import { KubeError } from '../../../src/kube/http/error.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient } from '../../../src/kube/types.ts'
import { connectionTestCommand } from '../../../src/view/commands.ts'
import type { ConnectionTestForm } from '../../../src/operations/destinations/connection-test.ts'
import { connectionTestSchema, createConnectionTester } from '../../../src/operations/destinations/connection-test.ts'
import { createDestination } from '../../../src/operations/destinations/destinations.ts'
import { isProblem } from '../../../src/operations/problem.ts'
import type { FakeApiServer } from '../../support/api-server/fake-api-server.ts'
import { startFakeApiServer } from '../../support/api-server/fake-api-server.ts'

const REPORT: ConnectionTestReport = {
  probe: 'abcdefghij',
  sentTime: '2026-01-01T00:00:00Z',
  durationMs: 1_500,
  signals: [{ signal: 'traces', outcome: 'Passed', reason: 'Delivering', message: 'the backend accepted a probe' }],
}
const namespace = 'odigos-system'
const pod = { name: 'odigos-ui-x', uid: 'uid-of-the-pod' }

const form = (changes: object = {}): ConnectionTestForm =>
  connectionTestSchema.parse({
    displayName: '',
    type: 'otlp',
    signals: ['traces'],
    fields: { endpoint: 'a:4317', secretHeader: 'x-key' },
    secrets: { secretHeaderValue: 'planted' },
    ...changes,
  })

describe('a test of the connection of a form', () => {
  let api: FakeApiServer
  let client: KubeClient
  let autoscaler: Server
  let service = ''
  let answer: () => [status: number, body: unknown] = () => [200, REPORT]
  const asked: { path: string | undefined; body: string; secrets: KubeObject[] }[] = []
  const secrets = async (): Promise<KubeObject[]> =>
    (await client.request<{ items: KubeObject[] }>('GET', `/api/v1/namespaces/${namespace}/secrets`)).items

  beforeEach(async () => {
    asked.splice(0)
    answer = () => [200, REPORT]
    api = await startFakeApiServer()
    client = createKubeClient({ credentials: api.credentials })
    autoscaler = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.once('end', () => {
        void secrets().then((found) => {
          asked.push({ path: request.url, body, secrets: found })
          const [status, result] = answer()
          response.writeHead(status).end(JSON.stringify(result))
        })
      })
    })
    await new Promise<void>((resolve) => autoscaler.listen(0, '127.0.0.1', resolve))
    service = `http://127.0.0.1:${(autoscaler.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    await new Promise((resolve) => autoscaler.close(resolve))
    await api[Symbol.asyncDispose]()
  })

  const tester = (changes: Partial<KubeClient> = {}) =>
    createConnectionTester({
      client: { ...client, ...changes },
      namespace,
      fieldManager: 'odigos-ui',
      transport: overNetwork(service),
      pod,
    })
  const codeOf = async (result: Promise<object>): Promise<string> => {
    const found = await result
    return isProblem(found) ? `${found.status} ${found.code}: ${found.message}` : 'passed'
  }
  const requested = (index = 0) => connectionTestRequest.parse(JSON.parse(asked[index]?.body ?? ''))

  it('has entered values in a Secret of the pod, for as long as it takes', async () => {
    assert.deepEqual(await tester()(form()), REPORT)
    const [{ path, body, secrets: during } = { path: '', body: '', secrets: [] }] = asked
    assert.equal(path, '/connection-test')
    assert.equal(during.length, 1)
    const [{ metadata, data } = { metadata: { name: '' }, data: {} }] = during
    assert.deepEqual(data, { secretHeaderValue: Buffer.from('planted').toString('base64') })
    assert.equal(metadata.labels?.['odigos.io/connection-test'], 'allowed')
    assert.equal(metadata.ownerReferences?.[0]?.uid, pod.uid)
    assert.doesNotMatch(metadata.name, new RegExp(pod.uid))
    assert.doesNotMatch(body, /planted/)
    assert.deepEqual([requested().enteredSecretRef, requested().spec.secretRef], [{ name: metadata.name }, undefined])
    assert.deepEqual(await secrets(), [])
  })

  it('needs no Secret without secret values, and no name', async () => {
    assert.deepEqual(await tester()(form({ secrets: {} })), REPORT)
    assert.deepEqual(asked[0]?.secrets, [])
    assert.equal(requested().enteredSecretRef, undefined)
  })

  it('leaves no Secret behind where it fails, and takes over what a crash left', async () => {
    answer = () => [422, { error: 'HostNotAllowed: a is not among the allowed hosts' }]
    assert.equal(await codeOf(tester()(form())), '422 NotTested: HostNotAllowed: a is not among the allowed hosts')
    assert.deepEqual(await secrets(), [])
    const lost: KubeClient['create'] = async (type, object, options) => {
      await client.create(type, object, options)
      throw new KubeError('POST /secrets: planted', { status: 0, reason: 'Timeout' })
    }
    await assert.rejects(tester({ create: lost })(form()), (error) => !String(error).includes('planted'))
    assert.deepEqual(await secrets(), [])
    let isDown = true
    const remove: KubeClient['delete'] = (ref, options) =>
      isDown && asked.length > 1 ? Promise.reject(new Error('down')) : client.delete(ref, options)
    answer = () => [200, REPORT]
    assert.deepEqual(await tester({ delete: remove })(form()), REPORT)
    assert.equal((await secrets()).length, 1)
    isDown = false
    assert.deepEqual(await tester()(form({ secrets: { secretHeaderValue: 'another' } })), REPORT)
    assert.deepEqual(
      asked.at(-1)?.secrets.map((secret) => secret['data']),
      [{ secretHeaderValue: Buffer.from('another').toString('base64') }],
    )
    assert.deepEqual(await secrets(), [])
  })

  it('uses the stored values of the Destination that is edited, without reading them', async () => {
    const { name: _name, ...input } = form({ displayName: 'Bus' })
    await createDestination({ client, namespace, fieldManager: 'odigos-ui' }, input)
    const edited = form({ name: 'bus', secrets: {}, type: 'ignored', fields: { endpoint: 'b:4317' } })
    assert.deepEqual(await tester()(edited), REPORT)
    const { spec, enteredSecretRef } = requested()
    assert.deepEqual(
      [spec.type, spec.fields['endpoint'], spec.secretRef, enteredSecretRef],
      ['otlp', 'b:4317', { name: 'bus-secret' }, undefined],
    )
    await tester()(form({ name: 'bus', secrets: {}, cleared: ['secretHeaderValue'] }))
    assert.deepEqual(requested(1).clearedKeys, ['secretHeaderValue'])
    await tester()(form({ name: 'bus' }))
    assert.deepEqual(requested(2).spec.secretRef, { name: 'bus-secret' })
    assert.ok(requested(2).enteredSecretRef)
    const kept = await client.get<KubeObject>({ type: RESOURCES.secrets, namespace, name: 'bus-secret' })
    assert.ok(kept)
    assert.match(await codeOf(tester()(form({ name: 'gone' }))), /^404 NotFound/)
  })

  it('is refused where the form is wrong, by field', async () => {
    const problem = await tester()(form({ fields: {}, signals: [] }))
    assert.ok(isProblem(problem))
    assert.deepEqual(Object.keys(problem.fields ?? {}).toSorted(), ['fields.endpoint', 'signals'])
    assert.deepEqual(asked, [])
  })

  it('is made one at a time', async () => {
    const test = tester()
    const [first, second] = await Promise.all([codeOf(test(form())), codeOf(test(form()))])
    assert.deepEqual([first, second], ['passed', '429 Busy: Another connection is being tested.'])
    assert.equal(await codeOf(test(form())), 'passed')
  })

  it('tells that the autoscaler does not answer', async () => {
    answer = () => [404, undefined]
    assert.match(await codeOf(tester()(form())), /^502 AutoscalerUnreachable/)
  })

  it('can be made with kubectl', () =>
    assert.equal(
      connectionTestCommand('odigos-system'),
      "kubectl create -f FILE --raw '/api/v1/namespaces/odigos-system/services/odigos-autoscaler:8080/proxy/connection-test'",
    ))
})
