/** Dry runs before a restart, against what a real API server refuses: policies, Pod Security, quotas, limits. */
import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../src/api/kinds/instrumentation-config.ts'
import type { KubeObject, Pod } from '../../src/api/kubernetes.ts'
import { instrumentationConfigName } from '../../src/api/workloads.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { listObjects } from '../../src/kube/http/list-objects.ts'
import type { DryRunScene } from '../support/instrumentor/dry-run-scene.ts'
import { renderChart, startDryRunScene } from '../support/instrumentor/dry-run-scene.ts'
import type { TriedWorkload } from '../support/instrumentor/tried-workloads.ts'
import { createTried, restartedAt } from '../support/instrumentor/tried-workloads.ts'

const LIMIT_MS = 60_000
const POLICIES = '/apis/admissionregistration.k8s.io/v1'
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' }

const APP = { name: 'app', image: 'app:1' }

/** A container as the Pod Security level `restricted` wants it. */
const CAREFUL = {
  ...APP,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
}
const SIZED = { ...APP, resources: { requests: { memory: '100Mi' }, limits: { memory: '512Mi' } } }

describe('a dry run before a restart, with a real API server', function () {
  this.timeout(240_000)
  let scene: DryRunScene
  before(async () => {
    scene = await startDryRunScene()
    await scene.client.apply(
      RESOURCES.odigosConfigs,
      {
        apiVersion: 'odigos.io/v1alpha1',
        kind: 'OdigosConfig',
        metadata: { name: 'odigos', namespace: 'odigos-system' },
        spec: { rollout: { policy: 'Automatic', maxConcurrent: 100 } },
      },
      { fieldManager: 'user' },
    )
  })
  after(() => scene?.end())

  const configRef = ({ kind, namespace, name }: TriedWorkload) => ({
    type: RESOURCES.instrumentationConfigs,
    namespace,
    name: instrumentationConfigName(kind, name),
  })
  const configOf = async (tried: TriedWorkload): Promise<InstrumentationConfig | undefined> =>
    (await scene.client.get<KubeObject>(configRef(tried))) as InstrumentationConfig | undefined
  /** State, and reason and message of the condition `Instrumented`. */
  const told = async (tried: TriedWorkload): Promise<string> => {
    const { status } = (await configOf(tried)) ?? {}
    const { reason, message } = status?.conditions?.find(({ type }) => type === 'Instrumented') ?? {}
    return `${status?.state} ${reason}: ${message}`
  }
  const request = async (path: string, kind: string, name: string, spec: object): Promise<void> => {
    const apiVersion = 'admissionregistration.k8s.io/v1'
    await scene.client.request('POST', `${POLICIES}/${path}`, { apiVersion, kind, metadata: { name }, spec })
  }
  const ofNamespace = (name: string) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
  })
  const ofPods = {
    resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
  }
  /** Until the API server applies what was posted, a probe of ours passes. */
  const untilRefused = (namespace: string, pod: Pod): Promise<void> =>
    eventuallyPasses(async () => {
      const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`
      await assert.rejects(scene.client.request('POST', path, { apiVersion: 'v1', kind: 'Pod', ...pod }))
    }, LIMIT_MS)

  /** Assigns a pipeline, in place of the scheduler, once there is a decision. */
  const assigned = async (tried: TriedWorkload): Promise<void> => {
    await eventuallyPasses(async () => assert.ok((await configOf(tried))?.spec.containers[0]?.agent), LIMIT_MS)
    const endpoint = 'http://odigos-node-collector.odigos-system.svc:4318'
    const pipeline = { collectorsGroup: 'odigos-node-collector', endpoint, signals: ['traces'] }
    await scene.client.mergePatch(configRef(tried), { spec: { pipeline } }, { fieldManager: 'scheduler' })
  }
  const decided = async (tried: TriedWorkload): Promise<void> => {
    await createTried(scene.client, tried)
    await assigned(tried)
  }
  const awaitTold = (tried: TriedWorkload, expected: RegExp): Promise<void> =>
    eventuallyPasses(async () => assert.match(await told(tried), expected), LIMIT_MS)
  const awaitRestart = (tried: TriedWorkload): Promise<void> =>
    eventuallyPasses(async () => assert.ok(await restartedAt(scene.client, tried), await told(tried)), LIMIT_MS)
  const deployment = (namespace: string, template: object = {}, spec: object = {}): TriedWorkload => ({
    kind: 'Deployment',
    namespace,
    name: 'web',
    template: { spec: template },
    spec,
  })

  it('leaves no pod behind, and a restart follows for each kind', async () => {
    await scene.namespace('plain')
    const claims = [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ]
    const mounted = [{ ...APP, volumeMounts: [{ name: 'data', mountPath: '/data' }] }]
    const kinds: TriedWorkload[] = [
      deployment('plain'),
      {
        kind: 'StatefulSet',
        namespace: 'plain',
        name: 'db',
        spec: { serviceName: 'db', volumeClaimTemplates: claims },
        template: { spec: { containers: mounted } },
      },
      { kind: 'DaemonSet', namespace: 'plain', name: 'agent' },
    ]
    for (const tried of kinds) await decided(tried)
    for (const tried of kinds) await awaitRestart(tried)
    const pods = await listObjects<KubeObject>(scene.client, RESOURCES.pods, { namespace: 'plain' })
    assert.deepEqual(
      pods.map(({ metadata }) => metadata.name).toSorted((a, b) => a.localeCompare(b)),
      ['agent-running', 'db-running', 'web-running'],
    )
  })

  it('is done for runs as well, whose pods cannot be restarted', async () => {
    await scene.namespace('runs')
    const job: TriedWorkload = { kind: 'Job', namespace: 'runs', name: 'once' }
    await decided(job)
    await awaitTold(job, /^RestartRequired /)
  })

  it('withdraws an agent that a policy on images refuses, without a restart, until the user tries again', async () => {
    await scene.namespace('images')
    const tried = deployment('images')
    const expression =
      "!has(object.spec.initContainers) || object.spec.initContainers.all(c, !c.image.startsWith('registry.test/'))"
    await request('validatingadmissionpolicies', 'ValidatingAdmissionPolicy', 'images', {
      matchConstraints: { ...ofPods, ...ofNamespace('images') },
      validations: [{ expression, message: 'images of registry.test are not allowed' }],
    })
    await request('validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', 'images', {
      policyName: 'images',
      validationActions: ['Deny'],
    })
    const initContainers = [{ name: 'x', image: 'registry.test/x' }]
    await untilRefused('images', { metadata: { name: 'probe' }, spec: { containers: [APP], initContainers } })
    await decided(tried)
    await awaitTold(
      tried,
      /^RolledBack AdmissionRefused: .* one without it admitted: .*images of registry\.test are not/,
    )
    assert.equal(await restartedAt(scene.client, tried), undefined)
    assert.equal((await configOf(tried))?.spec.containers[0]?.agent, undefined, 'pods of other causes are admitted')
    await scene.client.request('DELETE', `${POLICIES}/validatingadmissionpolicybindings/images`)
    // The API server needs a moment to forget the policy.
    await eventuallyPasses(async () => {
      await scene.client.mergePatch(configRef(tried), { spec: { rollback: null } }, { fieldManager: 'user' })
      assert.ok(await restartedAt(scene.client, tried), await told(tried))
    }, LIMIT_MS)
  })

  it('admits what Pod Security admits, and does not restart what it refuses without the agent as well', async () => {
    await scene.namespace('careful', RESTRICTED)
    await scene.namespace('careless')
    const [ok, refused] = [deployment('careful', { containers: [CAREFUL] }), deployment('careless')]
    await decided(ok)
    await awaitRestart(ok)
    await createTried(scene.client, refused)
    const careless = { type: RESOURCES.namespaces, name: 'careless' }
    await scene.client.mergePatch(careless, { metadata: { labels: RESTRICTED } }, { fieldManager: 'user' })
    await untilRefused('careless', { metadata: { name: 'probe' }, spec: { containers: [APP] } })
    await assigned(refused)
    await awaitTold(refused, /^RestartRequired /)
    const caution = (await configOf(refused))?.status?.conditions?.find(({ type }) => type === 'RestartRequired')
    assert.match(caution?.message ?? '', /refused at present, with the agent or without: .*violates PodSecurity/)
    assert.equal(await restartedAt(scene.client, refused), undefined)
  })

  it('does not blame the agent for a quota that is full for any pod, and fits into quotas and limits', async () => {
    await scene.namespace('quota')
    await scene.namespace('limits')
    const [full, limited] = [deployment('quota'), deployment('limits', { containers: [SIZED] })]
    await createTried(scene.client, full)
    const quota = '/api/v1/namespaces/quota/resourcequotas'
    await scene.client.request('POST', quota, { metadata: { name: 'one' }, spec: { hard: { pods: '1' } } })
    // Without its controller the status is ours to write.
    const status = { hard: { pods: '1' }, used: { pods: '1' } }
    await scene.client.request('PATCH', `${quota}/one/status`, { status })
    await untilRefused('quota', { metadata: { name: 'probe' }, spec: { containers: [APP] } })
    await assigned(full)
    await awaitRestart(full)
    const limit = { type: 'Container', min: { memory: '64Mi' }, max: { memory: '512Mi' } }
    const ranges = '/api/v1/namespaces/limits/limitranges'
    await scene.client.request('POST', ranges, { metadata: { name: 'memory' }, spec: { limits: [limit] } })
    await untilRefused('limits', {
      metadata: { name: 'probe' },
      spec: { containers: [{ ...APP, resources: { limits: { memory: '1Gi' } } }] },
    })
    await decided(limited)
    await awaitRestart(limited)
  })

  it('accepts what another policy changes in the pod', async () => {
    await scene.namespace('mutated')
    const expression = "Object{metadata: Object.metadata{labels: {'team': 'a'}}, spec: Object.spec{hostname: 'fixed'}}"
    await request('mutatingadmissionpolicies', 'MutatingAdmissionPolicy', 'team', {
      matchConstraints: { ...ofPods, ...ofNamespace('mutated') },
      failurePolicy: 'Fail',
      reinvocationPolicy: 'IfNeeded',
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
    })
    await request('mutatingadmissionpolicybindings', 'MutatingAdmissionPolicyBinding', 'team', { policyName: 'team' })
    await eventuallyPasses(async () => {
      const path = '/api/v1/namespaces/mutated/pods?dryRun=All'
      const probe = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe' }, spec: { containers: [APP] } }
      assert.equal((await scene.client.request<Pod>('POST', path, probe)).spec['hostname'], 'fixed')
    }, LIMIT_MS)
    const tried = deployment('mutated')
    await decided(tried)
    await awaitRestart(tried)
  })

  it('is all that the account of the instrumentor can do with pods of applications', async () => {
    const pod = (namespace: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'real', namespace },
      spec: { containers: [APP] },
    })
    const create = (namespace: string, isDryRun = false): Promise<unknown> =>
      scene.account.create(RESOURCES.pods, pod(namespace), { fieldManager: 'odigos-instrumentor', isDryRun })
    await scene.client.create(
      RESOURCES.namespaces,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'others' } },
      { fieldManager: 'user' },
    )
    for (const namespace of ['plain', 'others', 'kube-system', 'default']) {
      await assert.rejects(create(namespace), /odigos-instrumentor may create pods only as a dry run/)
      await create(namespace, true)
    }
    await create('odigos-system')
    await scene.client.create(RESOURCES.pods, pod('others'), { fieldManager: 'user' })
    for (const path of ['pods/real/binding', 'pods/real/eviction', 'pods/real/exec', 'pods/real/ephemeralcontainers'])
      await assert.rejects(scene.account.request('POST', `/api/v1/namespaces/others/${path}`, {}), /forbidden/)
  })

  it('tells that the API server does not call the webhook, and asks for no restart', async () => {
    await scene.webhook.stop()
    await scene.namespace('silent')
    const tried = deployment('silent')
    await decided(tried)
    await awaitTold(tried, /^NotInstrumented WebhookNotCalled: /)
    assert.equal(await restartedAt(scene.client, tried), undefined)
    const text = await scene.metrics.metrics()
    for (const result of ['admitted', 'refused', 'refusedAnyway', 'unmarked'])
      assert.match(text, new RegExp(`odigos_dry_runs_total\\{result="${result}"\\} [1-9]`))
  })
})

describe("the chart's permission for dry runs", () => {
  const count = (text: string): number => text.split('odigos-instrumentor-dry-run').length - 1
  it('exists only where the cluster can fence it, and where it is wanted', async () => {
    const [fenced, bare, off] = await Promise.all([
      renderChart(true),
      renderChart(false),
      renderChart(true, 'instrumentor.dryRun.enabled=false'),
    ])
    assert.ok(count(fenced) >= 6)
    assert.match(fenced, /name: DRY_RUN, value: "true"/)
    for (const text of [bare, off]) {
      assert.equal(count(text), 0)
      assert.match(text, /name: DRY_RUN, value: "false"/)
    }
  })
})
