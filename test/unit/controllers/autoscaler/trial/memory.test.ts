import assert from 'node:assert/strict'
import type { Destination } from '../../../../../src/api/kinds/destination.ts'
import { createTrialMemory, redactValues } from '../../../../../src/controllers/autoscaler/trial/memory.ts'
import type { TrialPodView, Verdict } from '../../../../../src/controllers/autoscaler/trial/verdict.ts'
import type { KubeClient } from '../../../../../src/kube/types.ts'

const HASH = '0123456789abcdef'
const FAILED: Verdict = { result: 'Failed', message: 'Error: bad token s3cr3t' }
const encoded = (value: string): string => Buffer.from(value).toString('base64')

const pod = (uid: string, verdict: Verdict, rest: Partial<TrialPodView> = {}): TrialPodView => ({
  namespace: 'odigos-system',
  name: `odigos-trial-${HASH}`,
  uid,
  hash: HASH,
  createdMs: 0,
  isDeleting: false,
  verdict,
  ...rest,
})

const scene = () => {
  let nowMs = 0
  const client = { get: () => Promise.resolve({ data: { token: encoded('s3cr3t') } }) } as unknown as KubeClient
  const look = createTrialMemory({ client, namespace: 'odigos-system', nowMs: () => nowMs })
  const destinations = [{ spec: { secretRef: { name: 'token' } } }] as Destination[]
  return {
    at: (ms: number) => (nowMs = ms),
    look: async (...pods: TrialPodView[]) => {
      const { verdicts, spent } = await look(pods, destinations, new Map())
      return { verdict: verdicts.get(HASH), spent: [...spent] }
    },
    refuse: async (message: string) => {
      const failures = new Map([[`apply Pod/odigos-system/odigos-trial-${HASH}`, message]])
      return (await look([], destinations, failures)).verdicts.get(HASH)
    },
  }
}

const RUNNING: Verdict = { result: 'Running' }

describe('the memory of trials', () => {
  it('believes a failure only when another pod fails, too, and hides the values of Secrets', async () => {
    const { look } = scene()
    assert.deepEqual(await look(pod('a', FAILED)), { verdict: RUNNING, spent: ['a'] })
    assert.deepEqual(await look(pod('a', FAILED)), { verdict: RUNNING, spent: ['a'] }, 'the same pod counts once')
    const { verdict } = await look(pod('b', FAILED))
    assert.deepEqual(verdict, { result: 'Failed', message: 'bad token ****' })
    assert.deepEqual((await look()).verdict, verdict, 'also when the pods are gone')
  })
  it('takes a start after a failure for a start, for ever', async () => {
    const { look, at } = scene()
    await look(pod('a', FAILED))
    await look(pod('b', { result: 'Started' }))
    assert.deepEqual((await look(pod('b', FAILED))).verdict, { result: 'Started' })
    at(10_000_000)
    assert.deepEqual((await look()).verdict, { result: 'Started' })
  })
  it('forgets failures after half an hour', async () => {
    const { look, at } = scene()
    await look(pod('a', FAILED))
    await look(pod('b', FAILED))
    at(1_900_000)
    assert.deepEqual(await look(), { verdict: undefined, spent: [] })
  })
  it('knows a pod that does not run, and a collector that hangs', async () => {
    const { look, at } = scene()
    at(61_000)
    assert.equal((await look(pod('a', RUNNING))).verdict?.result, 'NotRun')
    assert.deepEqual((await look(pod('a', RUNNING, { runningMs: 50_000 }))).verdict, RUNNING)
    at(171_000)
    assert.deepEqual(await look(pod('a', RUNNING, { runningMs: 50_000 })), { verdict: RUNNING, spent: ['a'] })
    const hanging = (await look(pod('b', RUNNING, { runningMs: 50_000 }))).verdict
    assert.deepEqual(hanging, { result: 'Failed', message: 'the collector was not ready within 120 seconds' })
  })
  it('says nothing of a pod that is being deleted', async () => {
    const { look, at } = scene()
    at(1_000_000)
    assert.deepEqual((await look(pod('a', RUNNING, { isDeleting: true }))).verdict, RUNNING)
  })
  it('has the words of the API server for a pod that it refuses', async () => {
    assert.deepEqual(await scene().refuse('exceeded quota'), { result: 'NotRun', message: 'exceeded quota' })
  })
})

describe('the masking of secrets', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nAAAABBBB\nCCCC\n-----END PRIVATE KEY-----\n'
  const CASES: [string, string, string[], string][] = [
    ['a value', 'token abcdef refused', ['abcdef'], 'token **** refused'],
    ['one with a line end', 'token abcdef refused', ['abcdef\n'], 'token **** refused'],
    ['a line of several', 'cannot parse "AAAABBBB"', [pem], 'cannot parse "****"'],
    ['one with escapes', 'cannot parse "a\\"b\\nc"', ['a"b\nc'], 'cannot parse "****"'],
    ['a longer one before one that it begins with', 'abcdefgh', ['abcd', 'abcdefgh'], '****'],
    ['not what stands in many words', 'a failure', ['a'], 'a failure'],
  ]
  for (const [name, text, values, expected] of CASES) it(name, () => assert.equal(redactValues(text, values), expected))
})
