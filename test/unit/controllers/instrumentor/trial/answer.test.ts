/** Answers as API servers and policy engines give them, and what a dry run tells by them. */
import assert from 'node:assert/strict'
import type { Pod } from '../../../../../src/api/kubernetes.ts'
import { KubeError } from '../../../../../src/kube/http/error.ts'
import { readPod, readRefusal } from '../../../../../src/controllers/instrumentor/trial/answer.ts'

const answer = (status: number, detail: string) =>
  readRefusal(new KubeError(`POST /pods: ${status} ${detail}`, { status, reason: 'Forbidden', detail }), 'web-bc.1-')

const pod = (annotations: Record<string, string>, labels = {}): Pod => ({
  metadata: { annotations, labels },
  spec: { containers: [] },
})
const injected = (entries: object, hash = 'h'): Pod =>
  pod({ 'odigos.io/injection': JSON.stringify(entries), 'odigos.io/injection-hash': hash })

describe('the answer to a dry run', () => {
  const REFUSED: [number, string][] = [
    [403, 'pods "web-" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true'],
    [400, 'admission webhook "validate.kyverno.svc-fail" denied the request: registry not allowed'],
    [403, 'admission webhook "validation.gatekeeper.sh" denied the request: [repo] odigos-agent-nodejs'],
    [422, 'Pod "web-" is invalid: spec.initContainers[0].image: Invalid value'],
    [403, "ValidatingAdmissionPolicy 'images' with binding 'images' denied request: not allowed"],
    [413, 'Request entity too large: limit is 3145728'],
    [403, 'admission webhook "p" denied the request: pod "dry-run-job" has an image that is not allowed'],
    [403, 'pods "web-" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'],
    [403, 'pods "web-" is forbidden: minimum memory usage per Container is 64Mi, but request is 32Mi'],
  ]
  for (const [status, text] of REFUSED)
    it(`refuses a pod: ${text.slice(0, 70)}…`, () =>
      assert.deepEqual(answer(status, text), { is: 'refused', message: text }))

  const UNSURE: [number, string][] = [
    [0, 'connection lost'],
    [401, 'Unauthorized'],
    [409, 'Operation cannot be fulfilled on resourcequotas "q": the object has been modified'],
    [429, 'too many requests'],
    [500, 'Internal error occurred: failed calling webhook "vault.svc": connection refused'],
    [503, 'the server is currently unable to handle the request'],
    [504, 'Timeout: request did not complete within the allotted duration'],
    [400, 'admission webhook "validate.kyverno.svc-fail" denied the request: context deadline exceeded'],
    [403, 'admission webhook "policy.sigstore.dev" denied the request: Get "https://r/v2/": dial tcp: no such host'],
    [403, 'pods "web-" is forbidden: status unknown for quota: compute'],
    [403, 'pods "web-" is forbidden: unable to create new content in namespace shop because it is being terminated'],
    [403, 'pods "web-" is forbidden: error looking up service account shop/web: serviceaccount "web" not found'],
  ]
  for (const [status, text] of UNSURE)
    it(`tells nothing yet: ${status} ${text.slice(0, 70)}…`, () => assert.equal(answer(status, text).is, 'unsure'))

  for (const text of [
    'admission webhook "old.example" does not support dry run',
    'Internal error occurred: admission webhook "webhook.openpolicyagent.org" does not support dry run',
    'admission webhook "neuvector-validating.neuvector.svc" denied the request:  CREATE denied in dry-run',
    'admission webhook "audit.example" denied the request: dryRun requests are not supported',
    'pods is forbidden: User "system:serviceaccount:odigos-system:odigos-instrumentor" cannot create resource "pods" in API group "" in the namespace "shop"',
  ])
    it(`will never tell: ${text.slice(0, 70)}…`, () => {
      assert.equal(answer(400, text).is, 'untestable')
      assert.equal(answer(403, text).is, 'untestable')
      assert.equal(answer(500, text).is, 'untestable')
    })

  it('has the same words each time, whatever the name of the pod', () => {
    const text = (name: string): string => `pods "${name}" is forbidden: no; try web-bc-`
    assert.deepEqual(answer(403, text('web-bc.1-x7k2p')), answer(403, text('web-bc.1-9fz4q')))
    assert.deepEqual(answer(403, text('web-bc.1-x7k2p')), answer(403, text('web-bc.1-')))
  })

  it('is not about an error of ours', () => assert.throws(() => readRefusal(new TypeError('x'), '')))

  it('admits a pod as decided, partly too', () => {
    const entries = { app: { agent: 'nodejs', reason: 'Injected' }, side: { reason: 'Infrastructure' } }
    assert.deepEqual(readPod(injected(entries), 'h'), { is: 'admitted' })
  })

  for (const told of [{}, { message: '64Mi are too few' }])
    it(`admits a pod without an agent, with what the webhook told: ${JSON.stringify(told)}`, () => {
      const pod = injected({ side: {}, app: { reason: 'MemoryTooSmall', ...told } })
      assert.deepEqual(readPod(pod, 'h'), { is: 'leftAlone', container: 'app', reason: 'MemoryTooSmall', ...told })
    })

  it('admits a pod without the mark of the webhook, or with that of another decision', () => {
    assert.deepEqual(readPod(pod({}), 'h'), { is: 'unmarked' })
    assert.deepEqual(readPod({ spec: { containers: [] } }, 'h'), { is: 'unmarked' })
    assert.equal(readPod(injected({ app: { agent: 'nodejs' } }, 'before'), 'h').is, 'unsure')
  })

  it('is as wanted where the template opts its pods out', () =>
    assert.deepEqual(readPod(pod({}, { 'odigos-instrumentation': 'disabled' }), 'h'), { is: 'admitted' }))
})
