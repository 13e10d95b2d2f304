import assert from 'node:assert/strict'
import type { Container, Pod, PodSpec, Resources } from '../../../../src/api/kubernetes.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { fitRanges } from '../../../../src/inject/resources/limit-range.ts'
import type { LimitRangeItem, NamespaceLimits, QuotaAmounts } from '../../../../src/inject/resources/limits.ts'
import { findObstacle } from '../../../../src/inject/resources/namespace-limits.ts'
import { contextFor } from '../../../support/injection/injection-context.ts'
import { applyPatch } from '../../../support/injection/pod-laws.ts'

const both = (requests: [string, string], limits: [string, string]): Resources => ({
  requests: { cpu: requests[0], memory: requests[1] },
  limits: { cpu: limits[0], memory: limits[1] },
})
const containerOf = (resources: Resources, more: Partial<Container> = {}): Container => ({
  name: 'app',
  resources,
  ...more,
})

const APP = both(['200m', '128Mi'], ['400m', '256Mi'])
const SIDECAR = both(['50m', '64Mi'], ['400m', '256Mi'])
const POD: PodSpec = { containers: [containerOf(APP)] }

const range = (item: Partial<LimitRangeItem>): NamespaceLimits => ({
  ranges: [{ name: 'sizes', type: 'Container', ...item }],
  quotas: [],
})
const ofPod = (item: Partial<LimitRangeItem>): NamespaceLimits => range({ type: 'Pod', ...item })
const quota = (hard: QuotaAmounts['hard'], used: QuotaAmounts['used'] = {}): NamespaceLimits => ({
  ranges: [],
  quotas: [{ name: 'team', hard, used }],
})

interface Case {
  limits: NamespaceLimits
  /** What the message has to say; undefined where nothing is in the way. */
  message?: RegExp
  spec?: PodSpec
  sidecar?: Resources | undefined
}

const large = both(['1', '1Gi'], ['1', '1Gi'])
const CASES: Record<string, Case> = {
  'no limits': { limits: { ranges: [], quotas: [] } },
  'max that the sidecar keeps': { limits: range({ max: { cpu: '400m' } }) },
  max: {
    limits: range({ max: { cpu: '399m' } }),
    message: /^LimitRange sizes for a Container.*cpu is 400m, max 399m$/,
  },
  'max, and no limit': {
    limits: range({ max: { cpu: '1' } }),
    sidecar: { requests: { cpu: '1m' } },
    message: /no limit/,
  },
  'max with a default': { limits: range({ max: { cpu: '1' }, default: { cpu: '1' } }), sidecar: undefined },
  min: { limits: range({ min: { memory: '65Mi' } }), message: /memory is 64Mi, min 65Mi/ },
  'min with a default': { limits: range({ min: { cpu: '1' }, defaultRequest: { cpu: '1' } }), sidecar: undefined },
  'a request is the limit where it is missing': {
    limits: range({ min: { cpu: '300m' }, defaultRequest: { cpu: '1m' } }),
    sidecar: { limits: { cpu: '300m' } },
  },
  ratio: { limits: range({ maxLimitRequestRatio: { cpu: '7' } }), message: /request of cpu is above 7/ },
  'ratio that it keeps': { limits: range({ maxLimitRequestRatio: { cpu: '8' } }) },
  'ratio, and nothing asked for': {
    limits: range({ maxLimitRequestRatio: { cpu: '8' } }),
    sidecar: undefined,
    message: /ratio/,
  },
  'max of the pod': {
    limits: ofPod({ max: { cpu: '799m' } }),
    message: /for a Pod: with the agent cpu is 800m, max 799m/,
  },
  'max of the pod that it keeps': { limits: ofPod({ max: { cpu: '800m' } }) },
  'ratio of the pod': { limits: ofPod({ maxLimitRequestRatio: { cpu: '3' } }), message: /request of cpu is above 3/ },
  'max of the pod for what the sidecar leaves alone': {
    limits: ofPod({ max: { cpu: '1m' } }),
    sidecar: undefined,
  },
  'other types': { limits: range({ type: 'PersistentVolumeClaim', max: { cpu: '1m' } }) },
  'quota that is filled': { limits: quota({ cpu: '1', 'limits.memory': '512Mi' }, { cpu: '750m' }) },
  'quota of requests': {
    limits: quota({ 'requests.cpu': '1' }, { 'requests.cpu': '751m' }),
    message: /^ResourceQuota team: with the agent requests\.cpu would be 1001m of 1000m$/,
  },
  'quota by the short name': { limits: quota({ memory: '191Mi' }), message: /memory would be 192Mi of 191Mi/ },
  'quota of limits': { limits: quota({ 'limits.cpu': '700m' }), message: /limits\.cpu would be 800m of 700m/ },
  'quota of limits, and none': {
    limits: quota({ 'limits.cpu': '9' }),
    sidecar: { requests: { cpu: '1m' } },
    message: /limits\.cpu of every container/,
  },
  'quota that only the pod itself breaks': { limits: quota({ 'requests.nvidia.com/gpu': '0' }) },
  'a sidecar beside a large init container costs nothing': {
    limits: quota({ 'requests.cpu': '1' }),
    spec: { ...POD, initContainers: [containerOf(large, { name: 'migrate' })] },
  },
  'another sidecar counts': {
    limits: quota({ 'requests.cpu': '1' }),
    spec: { ...POD, initContainers: [containerOf(large, { name: 'mesh', restartPolicy: 'Always' })] },
    message: /1250m of 1000m/,
  },
  'overhead counts for quotas': {
    limits: quota({ 'requests.cpu': '1' }),
    spec: { ...POD, overhead: { cpu: '751m' } },
    message: /1001m of 1000m/,
  },
  'resources of the pod as a whole': {
    limits: quota({ 'requests.cpu': '1', 'limits.memory': '1Gi' }),
    spec: { ...POD, resources: large },
    sidecar: undefined,
  },
  'defaults that are more than the pod has': {
    limits: range({ defaultRequest: { cpu: '900m' } }),
    spec: { ...POD, resources: large },
    sidecar: undefined,
    message: /request more than 1000m cpu/,
  },
}

describe('what a namespace demands of a sidecar', () => {
  for (const [name, { limits, message, spec = POD, ...rest }] of Object.entries(CASES)) {
    it(name, () => {
      const obstacle = findObstacle(spec, 'sidecar' in rest ? rest.sidecar : SIDECAR, limits)
      if (message) assert.match(obstacle?.message ?? 'nothing', message)
      else assert.equal(obstacle, undefined)
    })
  }

  it('is what the sidecar is fitted to, and only in what it asks for', () => {
    const limits = range({ min: { cpu: '60m', 'ephemeral-storage': '1Gi' }, maxLimitRequestRatio: { memory: '3' } })
    assert.deepEqual(fitRanges(SIDECAR, limits), both(['60m', String(Math.ceil(2 ** 28 / 3))], ['400m', '256Mi']))
    assert.equal(fitRanges(undefined, limits), undefined)
    assert.equal(
      findObstacle(POD, fitRanges(SIDECAR, range({ min: { cpu: '60m' } })), range({ min: { cpu: '60m' } })),
      undefined,
    )
  })

  it('does not take a sidecar away again that was admitted', () => {
    const pod: Pod = { metadata: { name: 'cart' }, spec: POD }
    const context = contextFor(pod, 'go-ebpf')
    const admitted = applyPatch(pod, decide(pod, context).patch)
    const full = { ...context, limits: quota({ 'requests.cpu': '1' }, { 'requests.cpu': '1' }) }
    assert.equal(decide(pod, full).outcome, 'QuotaForbids')
    assert.deepEqual(decide(admitted, full).patch, [])
    assert.equal(decide(admitted, full).outcome, 'AlreadyInjected')
  })
})
