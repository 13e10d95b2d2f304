import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import request from 'supertest'
import type { Response } from 'supertest'
import type { Pod } from '../../../src/api/kubernetes.ts'
import type { AdmissionOptions } from '../../../src/webhook/admission.ts'
import { findUid } from '../../../src/webhook/admission.ts'
import type { BodyLimits } from '../../../src/webhook/body.ts'
import { REVIEW_PATH } from '../../../src/api/names.ts'
import { createApp } from '../../../src/webhook/server.ts'
import { podOf, reviewFor } from '../../support/admission/admission-review.ts'
import { contextFor } from '../../support/injection/injection-context.ts'
import { applyPatch } from '../../support/injection/pod-laws.ts'
import { webhookParts } from '../../support/admission/webhook-parts.ts'

const LIMITS: BodyLimits = { maxBytes: 100_000, maxBytesTogether: 250_000, timeoutMs: 2_000 }
const UID = '705ab4f5-6393-11e8-b7cc-42010a800002'

const ask = async (body: string, change: Partial<AdmissionOptions> = {}, limits = LIMITS) => {
  const parts = webhookParts(change)
  const response: Response = await request(createApp(parts.admission, limits))
    .post(REVIEW_PATH)
    .set('content-type', 'application/json')
    .send(body)
  return { response, ...parts }
}

const assertAllowed = (response: Response, uid: string): void => {
  assert.equal(response.status, 200)
  assert.deepEqual(response.body, {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, allowed: true },
  })
}

describe('webhook: a review', () => {
  it('is answered with a JSON Patch in base64', async () => {
    const { response, counted, logged } = await ask(reviewFor(podOf('cart')))
    assert.equal(response.status, 200)
    const { uid, allowed, patchType, patch } = response.body.response
    assert.deepEqual({ uid, allowed, patchType }, { uid: UID, allowed: true, patchType: 'JSONPatch' })
    const operations = JSON.parse(Buffer.from(patch, 'base64').toString()) as { op: string; path: string }[]
    assert.ok(operations.some(({ path }) => path === '/spec/containers/0/env'))
    assert.equal(await counted('patched', 'Injected'), 1)
    assert.deepEqual(logged, [])
  })

  it('is admitted unchanged while no valid settings are known, with that as the reason', async () => {
    const { response, counted } = await ask(reviewFor(podOf('cart')), { findContext: () => undefined })
    assertAllowed(response, UID)
    assert.equal(await counted('failed', 'SettingsUnknown'), 1)
  })

  it('is understood as a real API server (1.37) wrote it', async () => {
    const captured = readFileSync(join(import.meta.dirname, '../../fixtures/admission/pod-create.json'), 'utf8')
    const { response } = await ask(captured)
    const { uid, patch } = response.body.response
    assert.equal(uid, (JSON.parse(captured) as { request: { uid: string } }).request.uid)
    assert.equal(findUid(captured.slice(0, 1_000)), uid)
    const { request } = JSON.parse(captured) as { request: { object: Pod } }
    const after = applyPatch(request.object, JSON.parse(Buffer.from(patch, 'base64').toString()))
    assert.equal(
      after.spec.containers[0]?.env?.[0]?.value,
      '--max-old-space-size=256 --require /var/odigos/nodejs/boot.cjs',
    )
  })

  it('about a pod that is none of ours is answered without a patch', async () => {
    const findContext = () => contextFor(podOf('cart'), 'nodejs', { configFor: undefined })
    const { response, counted } = await ask(reviewFor(podOf('cart')), { findContext })
    assertAllowed(response, UID)
    assert.equal(await counted('unchanged', 'NoSuchWorkload'), 1)
  })

  it('with a patch that is larger than a pod may be is answered without it', async () => {
    const patch = [{ op: 'add' as const, path: '/metadata/labels', value: 'x'.repeat(2 ** 20) }]
    const decide = () => ({ patch, containers: {}, outcome: 'Injected' as const, trace: [] })
    const { response, counted } = await ask(reviewFor(podOf('cart')), { decide })
    assertAllowed(response, UID)
    assert.equal(await counted('failed', 'TooLarge'), 1)
  })

  it('takes a content type with parameters, or another one', async () => {
    const { admission } = webhookParts()
    const response = await request(createApp(admission, LIMITS))
      .post(REVIEW_PATH)
      .set('content-type', 'text/plain')
      .send(reviewFor(podOf('cart')))
    assert.equal(response.body.response.patchType, 'JSONPatch')
  })
})

describe('webhook: what cannot be understood is admitted', () => {
  const cases: Record<string, [body: string, uid: string]> = {
    nothing: ['', ''],
    'not JSON': ['{"kind":"AdmissionReview","request":{"uid":"u-1",', 'u-1'],
    null: ['null', ''],
    'a number': ['7', ''],
    'a list': ['[]', ''],
    'no request': ['{}', ''],
    'a request without uid': ['{"request":{}}', ''],
    'a uid that is no text': ['{"request":{"uid":7}}', ''],
    'another kind': [reviewFor(podOf('cart')).replaceAll('"Pod"', '"Deployment"'), UID],
    'another operation': [reviewFor(podOf('cart')).replace('CREATE', 'DELETE'), UID],
  }
  for (const [name, [body, uid]] of Object.entries(cases)) {
    it(name, async () => {
      const { response, counted, logged } = await ask(body)
      assertAllowed(response, uid)
      assert.equal(await counted('failed', 'MalformedRequest'), 1)
      assert.equal(logged.length, 1)
      assert.equal(logged[0]?.['reason'], 'MalformedRequest')
    })
  }

  it('never repeats the request in the log', async () => {
    const { logged } = await ask('{"request":{"uid":"u","object":{"spec":{"env":"topsecret" oops')
    assert.ok(!JSON.stringify(logged).includes('topsecret'))
  })

  for (const [name, pod] of Object.entries({
    'no pod': null,
    'a pod without spec': {},
    'containers that are no list': { spec: { containers: {} } },
    'a container that is null': { spec: { containers: [null] } },
    'an environment of numbers': { spec: { containers: [{ name: 'a', env: [7] }] } },
    'a value that is a number': { spec: { containers: [{ name: 'a', env: [{ name: 'A', value: 7 }] }] } },
    'labels that are a list': { metadata: { labels: ['a'] }, spec: { containers: [{ name: 'a' }] } },
  })) {
    it(name, async () => {
      const { response, counted } = await ask(reviewFor(pod))
      assertAllowed(response, UID)
      assert.equal(await counted('unchanged', 'MalformedRequest'), 1)
    })
  }
})

describe('webhook: a failure at any step admits the pod', () => {
  const fail = (): never => {
    throw new Error('planted')
  }
  const faults: Record<string, Partial<AdmissionOptions>> = {
    'looking up': { findContext: fail },
    deciding: { decide: fail },
    'a decision that is none': { decide: (() => undefined) as never },
    'a patch that is no JSON': {
      decide: (() => ({ patch: [{ value: 1n }], containers: {}, outcome: 'Injected' })) as never,
    },
  }
  for (const [name, fault] of Object.entries(faults)) {
    it(name, async () => {
      const { response, counted, logged } = await ask(reviewFor(podOf('cart')), fault)
      assertAllowed(response, UID)
      assert.equal(await counted('failed', 'InternalError'), 1)
      assert.equal(logged.length, 1)
    })
  }

  it('logging', async () => {
    const log = { warn: fail, debug: fail } as never
    const { admission } = webhookParts({ log })
    const response = await request(createApp(admission, LIMITS)).post(REVIEW_PATH).send('oops')
    assertAllowed(response, '')
  })

  it('counting', async () => {
    const { admission } = webhookParts({ metrics: { count: fail, observe: fail } })
    const response = await request(createApp(admission, LIMITS))
      .post(REVIEW_PATH)
      .send(reviewFor(podOf('cart')))
    assert.equal(response.body.response.patchType, 'JSONPatch')
  })
})

describe('webhook: limits', () => {
  it('a body that is too large is admitted, with the uid from its beginning', async () => {
    const pod = podOf('cart')
    pod.metadata = { ...pod.metadata, annotations: { big: 'x'.repeat(LIMITS.maxBytes) } }
    const { response, counted } = await ask(reviewFor(pod))
    assertAllowed(response, UID)
    assert.equal(await counted('failed', 'MalformedRequest'), 1)
  })

  it('a body with more nodes than a pod can have is not parsed', async () => {
    const dense = `{"request":{"uid":"dense","object":[${'{},'.repeat(400_000)}{}]}}`
    const { response, logged } = await ask(dense, {}, { ...LIMITS, maxBytes: 8_000_000, maxBytesTogether: 8_000_000 })
    assertAllowed(response, 'dense')
    assert.match(String(logged[0]?.['msg']), /too dense/)
  })

  it('when too many bodies are held, one more is admitted unread, and later ones are read again', async () => {
    const { admission, counted } = webhookParts()
    const app = createApp(admission, { ...LIMITS, maxBytesTogether: 1_000 })
    const pod = podOf('cart')
    pod.metadata = { ...pod.metadata, annotations: { big: 'x'.repeat(2_000) } }
    assertAllowed(await request(app).post(REVIEW_PATH).send(reviewFor(pod)), UID)
    assert.equal(await counted('failed', 'InternalError'), 1)
    const small = await request(app).post(REVIEW_PATH).send('{"request":{"uid":"small"}}')
    assertAllowed(small, 'small')
    assert.equal(await counted('failed', 'MalformedRequest'), 1)
  })

  it('other paths and methods are not found', async () => {
    const app = createApp(webhookParts().admission, LIMITS)
    assert.equal((await request(app).get(REVIEW_PATH)).status, 404)
    assert.equal((await request(app).post('/')).status, 404)
  })
})

describe('webhook: the uid of an unread review', () => {
  it('is found in what the API server writes', () => assert.equal(findUid(reviewFor({})), UID))
  it('is not looked for far behind', () => assert.equal(findUid(`${' '.repeat(2_000)}${reviewFor({})}`), ''))
  it('is that of the request, not of an object', () => assert.equal(findUid('{"metadata":{"uid":"x"}}'), ''))
})
