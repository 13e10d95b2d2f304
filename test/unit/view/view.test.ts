import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../src/api/kinds/odigos-config.ts'
import { instrumentationConfigName } from '../../../src/api/workloads.ts'
import type { Observed } from '../../../src/view/cluster-view.ts'
import { clusterView } from '../../../src/view/cluster-view.ts'

const nothing: Observed = {
  namespaces: [],
  workloads: [],
  instrumentationConfigs: [],
  destinations: [],
  collectorsGroups: [],
  actions: [],
  settings: effectiveConfig(undefined),
  missing: [],
  silentSeconds: 0,
}
const types = {
  nameOf: (type: string) => type.toUpperCase(),
  fieldsOf: () => [
    { name: 'brokers', secret: false },
    { name: 'password', secret: true },
  ],
}
const viewOf = (observed: Partial<Observed>) =>
  clusterView({ ...nothing, ...observed }, { types, systemNamespace: 'odigos-system' })

const namespace = (name: string, choice?: string) => ({
  metadata: { name, ...(choice ? { labels: { 'odigos-instrumentation': choice } } : {}) },
})
const workload = (name: string, choice?: string, inNamespace = 'shop') => ({
  kind: 'Deployment',
  metadata: { name, namespace: inNamespace, ...(choice ? { labels: { 'odigos-instrumentation': choice } } : {}) },
})
const decided = (name: string, extra: object = {}, status?: object): InstrumentationConfig =>
  ({
    metadata: { name: `deployment-${name}`, namespace: 'shop' },
    spec: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name }, containers: [], ...extra },
    status,
  }) as unknown as InstrumentationConfig

describe('the view of the cluster: who is opted in', () => {
  const cases: [name: string, ns: string | undefined, own: string | undefined, wanted: boolean, by: string][] = [
    ['nobody said anything', undefined, undefined, false, 'mode'],
    ['the namespace says yes', 'enabled', undefined, true, 'namespace'],
    ['the workload says no against its namespace', 'enabled', 'disabled', false, 'workload'],
    ['the workload says yes against its namespace', 'disabled', 'enabled', true, 'workload'],
    ['a label that is not understood counts as none', 'yes', undefined, false, 'mode'],
  ]
  for (const [name, ns, own, wanted, by] of cases) {
    it(name, () => {
      const view = viewOf({ namespaces: [namespace('shop', ns)], workloads: [workload('cart', own)] })
      const cart = view.workloads['shop/Deployment/cart']
      assert.deepEqual([cart?.wanted, cart?.decidedBy], [wanted, by])
    })
  }
  it('everything in opt-out mode, but for ignored namespaces, kube-* and our own', () => {
    const names = ['shop', 'legacy', 'kube-system', 'odigos-system']
    const view = viewOf({
      settings: effectiveConfig({ mode: 'OptOut', ignoredNamespaces: ['legacy'] }),
      namespaces: names.map((name) => namespace(name)),
      workloads: names.map((name) => workload('app', 'enabled', name)),
    })
    const wanted = Object.values(view.workloads).filter((each) => each.wanted)
    assert.deepEqual(
      wanted.map((each) => each.namespace),
      ['shop'],
    )
  })
  it('says so where the OdigosConfig is invalid', () =>
    assert.equal(viewOf({ settings: undefined, settingsProblem: 'mode' }).status.settingsProblem, 'mode'))
})

describe('the view of the cluster: states', () => {
  const stateOf = (observed: Partial<Observed>) => viewOf(observed).workloads['shop/Deployment/cart']?.state
  it('is the InstrumentationConfig’s', () =>
    assert.equal(
      stateOf({
        workloads: [workload('cart')],
        instrumentationConfigs: [decided('cart', {}, { state: 'RolledBack' })],
      }),
      'RolledBack',
    ))
  it('is Detecting between the label and the first decision', () =>
    assert.equal(stateOf({ namespaces: [namespace('shop', 'enabled')], workloads: [workload('cart')] }), 'Detecting'))
  it('tells opted out from never opted in', () => {
    assert.equal(stateOf({ workloads: [workload('cart', 'disabled')] }), 'OptedOut')
    assert.equal(stateOf({ workloads: [workload('cart')] }), 'NotOptedIn')
  })
  it('names the InstrumentationConfig of a workload, also where the name is too long for it', () => {
    const name = 'x'.repeat(253)
    const { workloads } = viewOf({ workloads: [workload('cart'), workload(name)] })
    assert.equal(workloads['shop/Deployment/cart']?.configName, 'deployment-cart')
    assert.equal(workloads[`shop/Deployment/${name}`]?.configName, instrumentationConfigName('Deployment', name))
  })
  it('shows a workload that is known from its InstrumentationConfig alone', () =>
    assert.equal(stateOf({ instrumentationConfigs: [decided('cart', {}, { state: 'Instrumented' })] }), 'Instrumented'))
})

describe('the view of the cluster: what stays inside', () => {
  it('values of environment variables that were found in a container', () => {
    const containers = [
      { name: 'app', reason: 'AgentSelected', message: '', runtimeEnv: [{ name: 'NODE_OPTIONS', value: 'planted' }] },
    ]
    const view = viewOf({ workloads: [workload('cart')], instrumentationConfigs: [decided('cart', { containers })] })
    assert.equal(view.workloads['shop/Deployment/cart']?.containers[0]?.name, 'app')
    assert.doesNotMatch(JSON.stringify(view), /planted/)
  })
  it('all of a Destination but the fields that the catalogue calls not secret', () => {
    const spec = {
      type: 'kafka',
      signals: ['traces'],
      fields: { brokers: 'a:9092', password: 'planted', pasword: 'planted' },
    }
    const view = viewOf({ destinations: [{ metadata: { name: 'bus' }, spec }] as unknown as Observed['destinations'] })
    assert.deepEqual(view.destinations['bus']?.fields, { brokers: 'a:9092' })
    assert.doesNotMatch(JSON.stringify(view), /planted/)
  })
  it('what a Destination takes, in words, unless it is everything', () => {
    const takes = (sources: object) => {
      const destination = { metadata: { name: 'bus' }, spec: { type: 'kafka', signals: ['traces'], sources } }
      return viewOf({ destinations: [destination] as unknown as Observed['destinations'] }).destinations['bus']?.sources
    }
    assert.equal(takes({ namespaces: ['shop'], languages: ['java'] }), 'namespaces shop; languages java')
    assert.equal(takes({}), undefined)
  })
})

describe('the view of the cluster: which secrets of a Destination are stored', () => {
  const storedOf = (spec: object, annotations?: Record<string, string>) => {
    const destination = {
      metadata: { name: 'bus', annotations },
      spec: { type: 'kafka', signals: ['traces'], ...spec },
    }
    return viewOf({ destinations: [destination] as unknown as Observed['destinations'] }).destinations['bus']
      ?.storedSecrets
  }
  const ours = { secretRef: { name: 'bus-secret' } }
  it('none without a Secret', () => assert.deepEqual(storedOf({}), []))
  it('those that the annotation names', () => {
    assert.deepEqual(storedOf(ours, { 'odigos.io/stored-secrets': 'password,other' }), ['password'])
    assert.deepEqual(storedOf(ours, { 'odigos.io/stored-secrets': '' }), [])
  })
  it('perhaps all where someone else made the Secret', () => {
    assert.deepEqual(storedOf(ours), ['password'])
    const other = { secretRef: { name: 'mine' } }
    assert.deepEqual(storedOf(other, { 'odigos.io/stored-secrets': '' }), ['password'])
  })
})

describe('the view of the cluster: why it cannot be read', () => {
  const statusWith = (problem: string | undefined) =>
    clusterView(nothing, { types, systemNamespace: 'odigos-system', problem: () => problem }).status

  it('is told where that is known', () => {
    assert.equal(
      statusWith('the CustomResourceDefinitions are missing').problem,
      'the CustomResourceDefinitions are missing',
    )
    assert.ok(!Object.hasOwn(statusWith(undefined), 'problem'))
  })
})
