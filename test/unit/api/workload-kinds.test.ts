/** What follows from the table of workload kinds, seen by adding one: a kind as Argo Rollouts has it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import type { WorkloadKindDefinition, WorkloadKinds } from '../../../src/api/workload-kinds.ts'
import { isOneOff, isRestartable, WORKLOAD_KINDS } from '../../../src/api/workload-kinds.ts'
import { restartCommand } from '../../../src/controllers/instrumentor/restart/restart-command.ts'
import { workloadView } from '../../../src/controllers/instrumentor/watch/workload-view.ts'
import { resourceAttributes } from '../../../src/inject/environment/resource-attributes.ts'
import { ownerCandidates } from '../../../src/inject/pod/owner.ts'
import { objectPath } from '../../../src/kube/http/paths.ts'
import { workloadType } from '../../../src/kube/resources.ts'

const rollout: WorkloadKindDefinition = {
  kind: 'Rollout',
  group: 'argoproj.io',
  version: 'v1alpha1',
  plural: 'rollouts',
  template: ['spec', 'template'],
  owner: {
    by: 'template-hash',
    through: { apiVersion: 'apps/v1', kind: 'ReplicaSet', attribute: 'k8s.replicaset.name' },
    label: 'rollouts-pod-template-hash',
  },
  attribute: 'k8s.argoproj.rollout.name',
  isRestartable: true,
  replicas: { ready: 'readyReplicas', updated: 'updatedReplicas', total: 'replicas' },
}
const kinds: WorkloadKinds = [...WORKLOAD_KINDS, rollout]

const object: KubeObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'cart', namespace: 'shop', generation: 2 },
  spec: { replicas: 3, template: { spec: { containers: [{ name: 'app', image: 'cart:1' }] } } },
  status: { readyReplicas: 2, updatedReplicas: 1, replicas: 4, observedGeneration: 2 },
}
const pod = {
  metadata: {
    labels: { 'rollouts-pod-template-hash': '5d59d67564' },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'cart-5d59d67564', uid: 'u', controller: true },
    ],
  },
  spec: { containers: [{ name: 'app' }] },
}

interface PolicyRule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}

const clusterRules = (template: string): PolicyRule[] => {
  const text = readFileSync(join(import.meta.dirname, '../../../deploy/helm/templates', template), 'utf8')
  return parse(/^kind: ClusterRole\n[^]*?^rules:\n([^]*?)^---$/m.exec(text)?.[1] ?? '') as PolicyRule[]
}

/** What a process may not do, of what the table says that it does. */
const missingRights = (rules: PolicyRule[], of: WorkloadKinds, verbsOf: (kind: WorkloadKindDefinition) => string[]) =>
  of.flatMap((kind) => {
    const matching = rules.filter((rule) => rule.apiGroups.includes(kind.group) && rule.resources.includes(kind.plural))
    const allowed = matching.flatMap(({ verbs }) => verbs)
    return verbsOf(kind).flatMap((verb) => (allowed.includes(verb) ? [] : [`${verb} ${kind.plural}`]))
  })

const instrumentorVerbs = ({ isRestartable: restarts }: WorkloadKindDefinition): string[] => [
  'get',
  'list',
  'watch',
  ...(restarts ? ['patch'] : []),
]

describe('a kind of workloads that is added to the table', () => {
  it('is the owner of its pods', () => {
    const owners = [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'cart' }]
    assert.deepEqual(ownerCandidates(pod, kinds), owners)
    assert.deepEqual(ownerCandidates(pod), [])
  })

  it('is a resource attribute, beside that of what is between', () => {
    const spec = { workload: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'cart' }, containers: [] }
    const attributes = resourceAttributes({ pod, container: { name: 'app' }, spec, namespace: 'shop' }, kinds)
    const values = Object.fromEntries(attributes.map(({ key, parts }) => [key, parts.join('')]))
    assert.equal(values['k8s.argoproj.rollout.name'], 'cart')
    assert.equal(values['k8s.replicaset.name'], 'cart-5d59d67564')
  })

  it('is watched, with its template and its numbers of pods', () => {
    const view = workloadView(object, kinds)
    assert.deepEqual(
      view.containers.map(({ name, image }) => [name, image]),
      [['app', 'cart:1']],
    )
    assert.deepEqual(view.replicas, { desired: 3, ready: 2, updated: 1, total: 4, isObserved: true })
    assert.equal(workloadView(object).replicas, undefined)
  })

  it('has a path at the API server', () => {
    const ref = { type: workloadType(rollout), namespace: 'shop', name: 'cart' }
    assert.equal(objectPath(ref), '/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/cart')
  })

  it('is restarted', () => {
    assert.ok(isRestartable('Rollout', kinds))
    assert.equal(restartCommand(workloadView(object, kinds), kinds), 'kubectl rollout restart rollout cart')
  })

  it('needs rights that the chart does not give yet', () => {
    const missing = missingRights(clusterRules('instrumentor.yaml'), kinds, instrumentorVerbs)
    assert.deepEqual(missing, ['get rollouts', 'list rollouts', 'watch rollouts', 'patch rollouts'])
  })
})

describe('the kinds of workloads', () => {
  it('may be watched and restarted by the instrumentor, and labelled and restarted by the UI', () => {
    assert.deepEqual(missingRights(clusterRules('instrumentor.yaml'), WORKLOAD_KINDS, instrumentorVerbs), [])
    const shown = WORKLOAD_KINDS.filter(({ kind }) => !isOneOff(kind))
    assert.deepEqual(
      missingRights(clusterRules('ui.yaml'), shown, () => ['list', 'watch', 'patch']),
      [],
    )
  })
})
