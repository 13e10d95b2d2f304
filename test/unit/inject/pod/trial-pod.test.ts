/** Pods as the controllers of Kubernetes create them, for each kind of workload. */
import assert from 'node:assert/strict'
import type { KubeObject, Pod } from '../../../../src/api/kubernetes.ts'
import { WORKLOAD_KINDS } from '../../../../src/api/workload-kinds.ts'
import { ownerCandidates } from '../../../../src/inject/pod/owner.ts'
import { trialPod, withoutAgent } from '../../../../src/inject/pod/trial-pod.ts'

const template = {
  metadata: { labels: { app: 'web' }, annotations: { note: 'kept', 'odigos.io/injection-hash': 'copied' } },
  spec: { serviceAccountName: 'web', volumes: [{ name: 'data', emptyDir: {} }], containers: [{ name: 'app' }] },
}

const workload = (kind: string, spec: object = {}, name = 'web'): KubeObject => ({
  apiVersion: kind.endsWith('ob') ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop', uid: 'u1', generation: 3 },
  spec: kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template, ...spec },
})

const podOf = (kind: string, spec?: object, name?: string): Pod => {
  const pod = trialPod(workload(kind, spec, name))
  assert.ok(pod)
  return pod
}

describe('the pod that is tried', () => {
  for (const { kind } of WORKLOAD_KINDS)
    it(`of a ${kind} belongs to it, as the webhook sees it`, () => {
      const pod = podOf(kind)
      const owner = ownerCandidates(pod).find((each) => each.kind === kind)
      assert.deepEqual(owner, { apiVersion: workload(kind).apiVersion, kind, name: 'web' })
      assert.match(pod.metadata?.generateName ?? '', /^web-.*$/)
      assert.equal(pod.metadata?.name, undefined)
      assert.equal(pod.metadata?.namespace, 'shop')
      assert.equal(pod.spec.serviceAccountName, 'web')
      assert.equal(pod.metadata?.labels?.['app'], 'web')
      assert.deepEqual(pod.metadata?.annotations, { note: 'kept' }, 'only the mark of the webhook counts')
      assert.equal(pod.metadata?.ownerReferences?.[0]?.['blockOwnerDeletion'], undefined)
    })

  it('has the volumes that a StatefulSet makes of its claims, in place of those of the template', () => {
    const claims = [{ metadata: { name: 'data' } }, { metadata: { name: 'log' } }]
    const { spec, metadata } = podOf('StatefulSet', { serviceName: 'webs', volumeClaimTemplates: claims })
    assert.deepEqual(spec.volumes, [
      { name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } },
      { name: 'log', persistentVolumeClaim: { claimName: 'log-web-0' } },
    ])
    assert.deepEqual([spec['hostname'], spec['subdomain']], ['web-0', 'webs'])
    assert.equal(metadata?.labels?.['statefulset.kubernetes.io/pod-name'], 'web-0')
  })

  it('tolerates the taints that a DaemonSet tolerates, beside those of the template', () => {
    const own = { key: 'gpu', operator: 'Exists' }
    const spec = { ...template.spec, tolerations: [own], hostNetwork: true }
    const { tolerations } = podOf('DaemonSet', { template: { ...template, spec } }).spec
    assert.deepEqual((tolerations as object[])[0], own)
    assert.equal((tolerations as object[]).length, 8)
  })

  it('has the labels and the finalizer of a run', () => {
    const { metadata } = podOf('CronJob')
    assert.match(metadata?.labels?.['job-name'] ?? '', /^web-\d{8}$/)
    assert.deepEqual(metadata?.['finalizers'], ['batch.kubernetes.io/job-tracking'])
    assert.equal(podOf('Job').metadata?.labels?.['batch.kubernetes.io/job-name'], 'web')
  })

  it('has labels that the API server accepts, however long the name of the workload is', () => {
    for (const name of ['w'.repeat(63), `${'w'.repeat(53)}.-.shop`, `a${'-'.repeat(60)}b`])
      for (const value of Object.values(podOf('StatefulSet', {}, name).metadata?.labels ?? {}))
        assert.match(value, /^(?!.{70})[A-Za-z0-9]/)
  })

  it('differs from the one without an agent by the label that opts it out', () => {
    const pod = podOf('Deployment')
    const { labels, ...metadata } = withoutAgent(pod).metadata ?? {}
    assert.deepEqual({ ...metadata, labels: pod.metadata?.labels }, pod.metadata)
    assert.equal(labels?.['odigos-instrumentation'], 'disabled')
  })

  it('is none where the kind is not known, or there is no template', () => {
    assert.equal(trialPod({ ...workload('Deployment'), kind: 'Rollout' }), undefined)
    assert.equal(trialPod({ ...workload('Deployment'), spec: {} }), undefined)
  })
})
