import assert from 'node:assert/strict'
import type { Action } from '../../../../src/api/kinds/action.ts'
import type { CollectorsGroup } from '../../../../src/api/kinds/collectors-group.ts'
import type { Destination, DestinationSpec } from '../../../../src/api/kinds/destination.ts'
import type { KubeObject, PodSpec } from '../../../../src/api/kubernetes.ts'
import { secretVariable } from '../../../../src/destinations/render.ts'
import type { WorkloadView } from '../../../../src/controllers/autoscaler/group-status.ts'
import type { AutoscalerAction, Observed } from '../../../../src/controllers/autoscaler/reconcile.ts'
import { reconcile } from '../../../../src/controllers/autoscaler/reconcile.ts'

const meta = (name: string) => ({ name, namespace: 'odigos-system', uid: `uid-${name}`, generation: 1 })
const destination = (name: string, spec: Partial<DestinationSpec> = {}): Destination => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'Destination',
  metadata: meta(name),
  spec: { type: 'otlp', signals: ['traces'], fields: { endpoint: `${name}:4317` }, disabled: false, ...spec },
})
const gateway: CollectorsGroup = {
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'CollectorsGroup',
  metadata: meta('odigos-gateway'),
  spec: {
    role: 'gateway',
    signals: ['traces'],
    size: { memoryLimitMiB: 512, cpuRequestMillicores: 100 },
    replicas: { min: 2, max: 5 },
  },
}
const node: CollectorsGroup = {
  ...gateway,
  metadata: meta('odigos-node-collector'),
  spec: { role: 'node', signals: ['traces'], size: { memoryLimitMiB: 256, cpuRequestMillicores: 100 } },
}
const observed = (changes: Partial<Observed> = {}): Observed => ({
  settings: { image: 'collector:1', pullPolicy: 'IfNotPresent' },
  now: '2026-01-01T00:00:00Z',
  groups: [gateway],
  destinations: [destination('backend')],
  actions: [],
  secrets: new Map(),
  workloads: new Map(),
  configMaps: [],
  ...changes,
})

const ensured = (actions: AutoscalerAction[], kind: string): KubeObject => {
  const found = actions.flatMap((action) =>
    action.do === 'ensure' && action.object.kind === kind ? [action.object] : [],
  )
  assert.equal(found.length, 1, `one ${kind}`)
  return found[0] as KubeObject
}
const statusOf = (actions: AutoscalerAction[], name: string): Record<string, unknown> | undefined => {
  const found = actions.find((action) => action.do === 'status' && action.object.metadata.name === name)
  return found?.do === 'status' ? (found.object['status'] as Record<string, unknown>) : undefined
}
const conditionsOf = (actions: AutoscalerAction[], name: string): string[] =>
  ((statusOf(actions, name)?.['conditions'] ?? []) as { type: string; status: string; reason: string }[]).map(
    ({ type, status, reason }) => `${type}=${status} ${reason}`,
  )
const podOf = (object: KubeObject): PodSpec => (object['spec'] as { template: { spec: PodSpec } }).template.spec

/** The hash of the workload that is wanted, as if it had been applied. */
const rolledOut = (world: Observed, view: Partial<WorkloadView> = {}): Observed => {
  const workload = ensured(reconcile(world), 'StatefulSet')
  const appliedHash = workload.metadata.annotations?.['odigos.io/applied-hash']
  const whole = { appliedHash, isObserved: true, desired: 2, updated: 2, ready: 2, ...view }
  return { ...world, workloads: new Map([['odigos-gateway', whole]]) }
}

describe('autoscaler', () => {
  it('deploys a gateway with everything around it', () => {
    const actions = reconcile(observed())
    const kinds = actions.flatMap((action) => (action.do === 'ensure' ? [action.object.kind] : []))
    assert.deepEqual(kinds, ['ConfigMap', 'Service', 'StatefulSet', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'])
    const hpa = ensured(actions, 'HorizontalPodAutoscaler')['spec'] as { minReplicas: number; maxReplicas: number }
    assert.deepEqual([hpa.minReplicas, hpa.maxReplicas], [2, 5])
    for (const action of actions)
      if (action.do === 'ensure') assert.equal(action.object.metadata.ownerReferences?.[0]?.uid, 'uid-odigos-gateway')
  })

  it('deploys node collectors that only their own node reaches', () => {
    const actions = reconcile(observed({ groups: [node] }))
    const service = ensured(actions, 'Service')['spec'] as { internalTrafficPolicy: string }
    assert.equal(service.internalTrafficPolicy, 'Local')
    assert.deepEqual(podOf(ensured(actions, 'DaemonSet'))['tolerations'], [{ operator: 'Exists' }])
    const configMap = ensured(actions, 'ConfigMap')
    assert.match(JSON.stringify(configMap['data']), /odigos-gateway\.odigos-system\.svc:4317/)
  })

  it('gives pods no more than they need', () => {
    for (const settings of [{}, { storageClass: 'fast' }]) {
      const world = observed({ settings: { image: 'c', pullPolicy: 'Always', ...settings }, groups: [gateway, node] })
      const actions = reconcile(world)
      for (const kind of ['StatefulSet', 'DaemonSet']) {
        const pod = podOf(ensured(actions, kind))
        const [container] = pod.containers
        assert.equal(pod['automountServiceAccountToken'], false)
        assert.deepEqual(container?.securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
        assert.equal(pod.securityContext?.seccompProfile?.type, 'RuntimeDefault')
        assert.equal(container?.resources?.limits?.['memory'], container?.resources?.requests?.['memory'])
      }
      const gatewayPod = podOf(ensured(actions, 'StatefulSet'))
      assert.equal(gatewayPod.securityContext?.runAsUser, 'storageClass' in settings ? 65532 : 0)
    }
  })

  it('puts no secret into the ConfigMap, and its reference into the pod', () => {
    const spec = { secretRef: { name: 's' } }
    const secrets = new Map([['s', { keys: ['secretHeaderValue'], resourceVersion: '7', faults: {} }]])
    const actions = reconcile(observed({ destinations: [destination('backend', spec)], secrets }))
    const variable = secretVariable('backend', 'secretHeaderValue')
    assert.ok(JSON.stringify(ensured(actions, 'ConfigMap')).includes(`\${env:${variable}}`))
    const env = podOf(ensured(actions, 'StatefulSet')).containers[0]?.env?.find(({ name }) => name === variable)
    assert.deepEqual(env?.valueFrom, { secretKeyRef: { name: 's', key: 'secretHeaderValue' } })
  })

  it('leaves a Destination out whose secret would arrive as another', () => {
    const faults = { secretHeaderValue: 'ends with a line break', unrelated: 'is empty' }
    const secrets = new Map([['s', { keys: Object.keys(faults), resourceVersion: '7', faults }]])
    const destinations = [destination('backend'), destination('faulty', { secretRef: { name: 's' } })]
    const actions = reconcile(observed({ destinations, secrets }))
    assert.deepEqual(conditionsOf(actions, 'faulty'), ['Accepted=False InvalidField'])
    assert.match(JSON.stringify(statusOf(actions, 'faulty')), /secretHeaderValue in the Secret ends with a line break"/)
    assert.doesNotMatch(JSON.stringify(ensured(actions, 'ConfigMap')['data']), /faulty/)
  })

  it('rolls out when a Secret changes that is used, and only then', () => {
    const spec = { secretRef: { name: 's' } }
    const hash = (resourceVersion: string, destinations: Destination[]): unknown => {
      const secrets = new Map([['s', { keys: ['secretHeaderValue'], resourceVersion, faults: {} }]])
      return ensured(reconcile(observed({ destinations, secrets })), 'StatefulSet').metadata.annotations
    }
    const using = [destination('backend', spec)]
    assert.notDeepEqual(hash('1', using), hash('2', using))
    const refused = [destination('backend'), destination('other', { ...spec, fields: {} })]
    assert.deepEqual(hash('1', refused), hash('2', refused))
  })

  it('rolls out a changed configuration by a ConfigMap of its own', () => {
    const name = (destinations: Destination[]): string =>
      ensured(reconcile(observed({ destinations })), 'ConfigMap').metadata.name
    assert.notEqual(name([destination('a')]), name([destination('b')]))
    assert.equal(name([destination('a'), destination('b')]), name([destination('b'), destination('a')]))
  })

  it('leaves a wrong Destination out, with a condition and an Event, and keeps the others', () => {
    const destinations = [destination('backend'), destination('wrong', { fields: {} })]
    const actions = reconcile(observed({ destinations }))
    assert.deepEqual(conditionsOf(actions, 'backend'), ['Accepted=True Valid'])
    assert.deepEqual(conditionsOf(actions, 'wrong'), ['Accepted=False MissingField'])
    const config = JSON.stringify(ensured(actions, 'ConfigMap')['data'])
    assert.match(config, /otlp_grpc\/backend/)
    assert.doesNotMatch(config, /otlp_grpc\/wrong/)
    assert.match(JSON.stringify(statusOf(actions, 'odigos-gateway')), /1 of 2 Destinations, 0 Actions/)
    const events = actions.flatMap((action) => (action.do === 'event' ? [`${action.type} ${action.reason}`] : []))
    assert.deepEqual(events, ['Normal Valid', 'Warning MissingField'])
  })

  it('leaves a wrong Action out, with a condition', () => {
    const mask = (name: string, pattern: string): Action => ({
      apiVersion: 'odigos.io/v1alpha1',
      kind: 'Action',
      metadata: meta(name),
      spec: { signals: ['traces'], disabled: false, maskAttributes: { attributes: ['a'], pattern } },
    })
    const actions = reconcile(observed({ actions: [mask('good', 'x'), mask('bad', '(')] }))
    assert.deepEqual(conditionsOf(actions, 'bad'), ['Accepted=False InvalidField'])
    const config = JSON.stringify(ensured(actions, 'ConfigMap')['data'])
    assert.match(config, /transform\/good/)
    assert.doesNotMatch(config, /transform\/bad/)
  })

  it('keeps running what it has when no Destination can be used any more', () => {
    const world = rolledOut(observed())
    const actions = reconcile({ ...world, destinations: [destination('backend', { fields: {} })] })
    assert.deepEqual(
      actions.filter((action) => action.do === 'ensure'),
      [],
    )
    assert.deepEqual(conditionsOf(actions, 'odigos-gateway'), [
      'Configured=False WaitingForDestination',
      'Ready=True Deployed',
    ])
  })

  const readiness: [string, Partial<WorkloadView> | undefined, string][] = [
    ['no workload', undefined, 'Ready=False CollectorsNotReady'],
    ['another template', { appliedHash: 'old' }, 'Ready=False RollingOut'],
    ['a spec not seen yet', { isObserved: false }, 'Ready=False RollingOut'],
    ['pods of before', { updated: 1 }, 'Ready=False RollingOut'],
    ['a pod that is not ready', { ready: 1 }, 'Ready=False CollectorsNotReady'],
    ['no node', { desired: 0, updated: 0, ready: 0 }, 'Ready=False CollectorsNotReady'],
    ['everything as wanted', {}, 'Ready=True Deployed'],
  ]
  for (const [name, view, expected] of readiness)
    it(`tells how far it is: ${name}`, () => {
      const world = view ? rolledOut(observed(), view) : observed()
      assert.equal(conditionsOf(reconcile(world), 'odigos-gateway')[1], expected)
    })

  it('deletes configurations of before when no pod needs them any more', () => {
    const hash = '0123456789abcdef'
    const configMaps = [`odigos-gateway-${hash}`, `odigos-node-collector-${hash}`, `odigos-gateway-heavy-${hash}`]
    const deleted = (world: Observed): string[] =>
      reconcile(world).flatMap((action) => (action.do === 'deleteConfigMap' ? [action.name] : []))
    const world = rolledOut(observed({ configMaps }))
    const current = ensured(reconcile(world), 'ConfigMap').metadata.name
    assert.deepEqual(deleted({ ...world, configMaps: [...configMaps, current] }), [`odigos-gateway-${hash}`])
    assert.deepEqual(deleted(rolledOut(observed({ configMaps }), { updated: 1 })), [])
  })

  it('writes no status and no Event a second time', () => {
    const first = rolledOut(observed())
    const settle = <T extends { metadata: { name: string } }>(object: T): T => {
      const status = statusOf(reconcile(first), object.metadata.name)
      return status ? { ...object, status } : object
    }
    const second = { ...first, groups: first.groups.map(settle), destinations: first.destinations.map(settle) }
    const actions = reconcile({ ...second, now: '2026-02-02T00:00:00Z' })
    assert.deepEqual(
      actions.filter((action) => action.do !== 'ensure'),
      [],
    )
  })
})
