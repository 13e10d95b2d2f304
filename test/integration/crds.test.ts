/** A real API server takes our CRDs, and does with objects what the schemas promise. */
import assert from 'node:assert/strict'
import { KINDS } from '../../src/api/kinds/index.ts'
import { API_GROUP_VERSION } from '../../src/api/names.ts'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { isInvalid } from '../../src/kube/http/error.ts'
import { collectionPath, withQuery } from '../../src/kube/http/paths.ts'
import { RESOURCES, resourceOfKind } from '../../src/kube/resources.ts'
import type { KubeClient } from '../../src/kube/types.ts'
import { readCrds } from '../support/api-server/our-crds.ts'
import { clusterClient, kubeconfigPath, temporaryNamespace } from '../support/cluster/cluster-client.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { createKubectl } from '../../deploy/demo/kubectl.ts'

const crds = readCrds()
const kubectl = () => createKubectl({ kubeconfig: kubeconfigPath() })
const resources = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }
const workload = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }

const adding = (addAttributes: object): object => ({ type: 'AddAttributes', signals: ['traces'], addAttributes })
const dropping = (signals: string[], dropTelemetry: object): object => ({
  type: 'DropTelemetry',
  signals,
  dropTelemetry,
})
const readingLogs = (containerLogs: object): object => ({ infrastructure: { containerLogs } })
const sampling = (rule: object): object => ({ type: 'SampleTraces', sampleTraces: { ratio: 1, rules: [rule] } })
const templating = (templateURLs: object, signals = ['traces']): object => ({
  type: 'TemplateURLs',
  signals,
  templateURLs,
})
const nodeResources = (given: object): object => ({ collectors: { node: { resources: given } } })

interface Example {
  kind: string
  name: string
  spec: object
  status?: object
  /** Part of the spec as it is read back, with the defaults. */
  stored: object
  /** What `kubectl get` prints in the columns before the age. */
  columns: Record<string, string | RegExp>
  /** Changes that are refused. */
  changes?: { spec: object; message: RegExp }[]
  /** Each is refused with the message. */
  refused: { name?: string; spec: object; message: RegExp }[]
}

const condition = {
  type: 'Accepted',
  status: 'False',
  reason: 'MissingField',
  message: 'endpoint is empty',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}

const examples: Example[] = [
  {
    kind: 'OdigosConfig',
    name: 'odigos',
    spec: { rollout: {}, sampling: {}, ...nodeResources({ requests: { cpu: 1 }, limits: { memory: '1.5Gi' } }) },
    stored: {
      mode: 'OptIn',
      agentDelivery: 'InitContainer',
      ignoredNamespaces: [],
      rollout: { policy: 'Manual', maxConcurrent: 2, rollbackAfterSeconds: 60, rollbackWindowSeconds: 3600 },
      sampling: { traceRatio: 1 },
    },
    columns: { MODE: 'OptIn', DELIVERY: 'InitContainer', ROLLOUT: 'Manual' },
    refused: [
      {
        spec: readingLogs({ namespaces: ['shop'] }),
        message: /namespaces has no effect without select: Namespaces/,
      },
      {
        spec: readingLogs({ select: 'Namespaces' }),
        message: /select: Namespaces requires at least one name in namespaces/,
      },
      {
        spec: readingLogs({ select: 'Namespaces', namespaces: ['team-*'] }),
        message: /namespaces\[0\].*should match/,
      },
      { spec: { ignoredNamespaces: ['team-*'] }, message: /must be a name in lower case; wildcards are not supported/ },
      {
        spec: { ignoredContainers: ['*-proxy'] },
        message: /must be a name in lower case; wildcards are not supported/,
      },
      { name: 'other', spec: {}, message: /the only OdigosConfig is named odigos/ },
      {
        spec: { infrastructure: { enrichment: { labels: [{ key: 'a', attribute: 'service.name' }] } } },
        message: /attribute must not be service\.name/,
      },
      { spec: { infrastructure: { enrichment: { annotations: [{ key: '${env:A}' }] } } }, message: /should match/ },
      {
        spec: { collectors: { dedicated: { sharePercent: 20, returnSharePercent: 30 } } },
        message: /returnSharePercent must be less than sharePercent/,
      },
      {
        spec: { collectors: { dedicated: { itemsPerSecond: 10 } } },
        message: /returnItemsPerSecond must not exceed itemsPerSecond/,
      },
      { spec: { mode: 'always' }, message: /spec\.mode: Unsupported value: "always"/ },
      { spec: { sampling: { traceRatio: 2 } }, message: /traceRatio.*less than or equal to 1/ },
      { spec: nodeResources({ limits: { memory: '32Mi' } }), message: /limits.memory must be between 64Mi and 64Gi/ },
      { spec: nodeResources({ limits: { memory: '128Gi' } }), message: /limits.memory must be between 64Mi and 64Gi/ },
      { spec: nodeResources({ requests: { cpu: '1m' } }), message: /requests.cpu must be between 10m and 64/ },
      { spec: nodeResources({ requests: { cpu: 100 } }), message: /requests.cpu must be between 10m and 64/ },
      { spec: nodeResources({ limits: { memory: 'much' } }), message: /memory.*should match/ },
      {
        spec: nodeResources({ requests: { cpu: 2 }, limits: { cpu: '1500m' } }),
        message: /requests.cpu must not exceed limits.cpu/,
      },
    ],
  },
  {
    kind: 'Destination',
    name: 'backend',
    spec: { type: 'otlp', signals: ['traces', 'metrics'], fields: { endpoint: 'backend:4317' } },
    status: { observedGeneration: 1, summary: { signals: 'traces, metrics' }, conditions: [condition] },
    changes: [{ spec: { type: 'kafka' }, message: /type is immutable/ }],
    stored: { disabled: false, fields: { endpoint: 'backend:4317' } },
    columns: { TYPE: 'otlp', SIGNALS: 'traces, metrics', ACCEPTED: 'False', REASON: 'MissingField' },
    refused: [
      { spec: { type: 'otlp', signals: [] }, message: /spec\.signals.*at least 1 items/ },
      { spec: { type: 'otlp', signals: ['traces', 'traces'] }, message: /spec\.signals\[1\]: Duplicate value/ },
      {
        spec: { type: 'otlp', signals: ['traces'], sources: { namespaces: ['shop*'] } },
        message: /wildcards are not supported/,
      },
      { spec: { type: 'otlp', signals: ['traces'], compression: 'Snappy' }, message: /spec\.compression: Unsupported/ },
      { spec: { type: 'No Such', signals: ['traces'] }, message: /spec\.type.*should match/ },
      { spec: { signals: ['traces'] }, message: /spec\.type: Required value/ },
    ],
  },
  {
    kind: 'Action',
    name: 'sample',
    spec: { type: 'SampleTraces', sampleTraces: { ratio: 0.1 }, workloadSelector: { matchLabels: { app: 'web' } } },
    status: {
      observedGeneration: 1,
      summary: { signals: 'traces' },
      conditions: [{ ...condition, status: 'True', reason: 'AReasonOfANewerVersion', message: 'complete' }],
    },
    stored: { disabled: false },
    columns: { TYPE: 'SampleTraces', SIGNALS: 'traces', DISABLED: 'false', ACCEPTED: 'True' },
    refused: [
      { spec: { type: 'SampleTraces' }, message: /sampleTraces is required with type SampleTraces/ },
      {
        spec: { ...adding({ a: 'b' }), mode: 'DryRun' },
        message: /mode DryRun is allowed with the types SampleTraces and DropTelemetry only/,
      },
      {
        spec: { type: 'SampleTraces', sampleTraces: { ratio: 1 }, deleteAttributes: ['a'] },
        message: /deleteAttributes is required with type DeleteAttributes, and not allowed with any other type/,
      },
      {
        spec: { type: 'SampleTraces', sampleTraces: { ratio: 1 }, signals: ['logs'] },
        message: /signals are not allowed with types SampleTraces/,
      },
      {
        spec: { type: 'TailSampleTraces', tailSampleTraces: { ratio: 1 }, signals: ['traces'] },
        message: /signals are not allowed with types SampleTraces, TailSampleTraces, SpanMetrics/,
      },
      {
        spec: { type: 'TailSampleTraces', tailSampleTraces: { ratio: 1, slowerThanMilliseconds: 30_001 } },
        message: /slowerThanMilliseconds must not exceed waitSeconds/,
      },
      {
        spec: { type: 'TailSampleTraces', tailSampleTraces: { ratio: 1 }, mode: 'DryRun' },
        message: /mode DryRun is allowed with the types SampleTraces and DropTelemetry only/,
      },
      {
        spec: { type: 'SpanMetrics', spanMetrics: { dimensions: ['http.route', 'span.name'] } },
        message: /dimensions must not name service.name, span.name/,
      },
      {
        spec: { type: 'SpanMetrics', spanMetrics: { dimensions: ['http.route', 'http.route'] } },
        message: /Duplicate value/,
      },
      {
        spec: { type: 'SpanMetrics', spanMetrics: {}, mode: 'DryRun' },
        message: /mode DryRun is allowed with the types SampleTraces and DropTelemetry only/,
      },
      {
        spec: { type: 'DeleteAttributes', deleteAttributes: ['a'] },
        message: /signals are .* required with any other/,
      },
      { spec: { signals: ['traces'], deleteAttributes: ['a'] }, message: /spec.type: Required value/ },
      { spec: adding({}), message: /should have at least 1 properties/ },
      { spec: adding({ '': 'x' }), message: /keys must have 1 to 256 characters/ },
      {
        spec: adding(Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`a${index}`, 'x']))),
        message: /must have at most 100 items|Too many/,
      },
      {
        spec: {
          ...adding({ a: 'b' }),
          namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] },
        },
        message: /values are required with In and NotIn/,
      },
      {
        spec: { type: 'MaskValues', signals: ['logs'], maskValues: {} },
        message: /kinds or pattern is required/,
      },
      ...[{ a: 'a' }, { a: 'b', b: 'c' }].map((renameAttributes) => ({
        spec: { type: 'RenameAttributes', signals: ['logs'], renameAttributes },
        message: /a new name in renameAttributes must not be one of the current names/,
      })),
      { spec: dropping(['traces'], {}), message: /attributes, namePattern or belowSeverity is required/ },
      {
        spec: dropping(['traces', 'logs'], { namePattern: 'a' }),
        message: /namePattern is not allowed with the signal logs/,
      },
      {
        spec: dropping(['traces'], { belowSeverity: 'Warn' }),
        message: /belowSeverity is allowed only with the signal logs/,
      },
      {
        spec: dropping(['traces'], { attributes: [{ name: 'a', value: 'b', pattern: 'c' }] }),
        message: /value and pattern exclude each other/,
      },
      {
        spec: { type: 'AddClusterInfo', signals: ['logs'], addClusterInfo: { overwrite: true } },
        message: /clusterName or attributes is required/,
      },
      {
        spec: {
          type: 'AddClusterInfo',
          signals: ['logs'],
          addClusterInfo: { clusterName: 'a', attributes: { 'k8s.cluster.name': 'b' } },
        },
        message: /clusterName excludes k8s\.cluster\.name in attributes/,
      },
      { spec: sampling({ ratio: 1 }), message: /attributes, service or namespace is required/ },
      {
        spec: sampling({ ratio: 1, attributes: [{ name: 'a', value: 'b', prefix: 'c' }] }),
        message: /exactly one of value and prefix is required/,
      },
      { spec: sampling({ ratio: 2, service: 'a' }), message: /should be less than or equal to 1/ },
      { spec: templating({ identifiers: 'Keep' }), message: /templates are required if identifiers is Keep/ },
      { spec: templating({ templates: ['/users'] }), message: /should match/ },
      { spec: templating({ templates: ['users/{id}'] }), message: /should match/ },
      {
        spec: templating({}, ['metrics']),
        message: /templateURLs is not allowed with the signal metrics/,
      },
      {
        spec: { type: 'TemplateQueries', signals: ['metrics'], templateQueries: {} },
        message: /templateQueries is not allowed with the signal metrics/,
      },
    ],
  },
  {
    kind: 'InstrumentationRule',
    name: 'quiet',
    spec: {
      traceRatio: 0.5,
      environment: [{ name: 'OTEL_LOG_LEVEL', value: 'none' }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop', app: '' } },
    },
    status: { observedGeneration: 1, conditions: [condition] },
    stored: { disabled: false },
    columns: { RATIO: '0.5', DISABLED: 'false', ACCEPTED: 'False' },
    refused: [
      { spec: { traceRatio: -1 }, message: /traceRatio.*greater than or equal to 0/ },
      { spec: { environment: [{ name: 'LD_PRELOAD', value: '' }] }, message: /environment\[0\]\.name.*should match/ },
      { spec: { namespaceSelector: { matchLabels: { 'a b': 'c' } } }, message: /keys must be valid label keys/ },
      { spec: { workloadSelector: { matchLabels: { 'Example.com/a': 'c' } } }, message: /must be valid label keys/ },
    ],
  },
  {
    kind: 'CollectorsGroup',
    name: 'odigos-gateway',
    spec: { role: 'Gateway', signals: ['traces'], resources, replicas: { min: 1, max: 3 } },
    status: {
      observedGeneration: 1,
      summary: { signals: 'traces' },
      readyReplicas: 1,
      desiredReplicas: 2,
      conditions: [{ ...condition, type: 'Ready', reason: 'RollingOut', message: '1 of 2' }],
    },
    stored: {},
    columns: { ROLE: 'Gateway', SIGNALS: 'traces', READY: '1', DESIRED: '2', REASON: 'RollingOut' },
    changes: [
      { spec: { role: 'Node', replicas: null }, message: /the name must be odigos-node-collector with role Node/ },
    ],
    refused: [
      {
        spec: { role: 'Gateway', signals: [], resources },
        message: /replicas are required with roles Gateway and Dedicated/,
      },
      {
        name: 'odigos-node-collector',
        spec: { role: 'Node', signals: [], resources, replicas: { min: 1, max: 1 } },
        message: /replicas are .* not allowed otherwise/,
      },
      {
        name: 'odigos-cluster-collector',
        spec: { role: 'Cluster', signals: [], resources, replicas: { min: 1, max: 1 } },
        message: /replicas are .* not allowed otherwise/,
      },
      {
        spec: { role: 'Gateway', signals: [], resources, replicas: { min: 2, max: 1 } },
        message: /min must not exceed max/,
      },
      {
        spec: { role: 'Gateway', signals: [], resources: {}, replicas: { min: 1, max: 1 } },
        message: /resources.limits.memory is required/,
      },
      {
        name: 'odigos-dedicated-1',
        spec: { role: 'Dedicated', signals: [], resources, replicas: { min: 1, max: 1 } },
        message: /dedicated is required with role Dedicated/,
      },
      {
        spec: {
          role: 'Gateway',
          signals: [],
          resources,
          replicas: { min: 1, max: 1 },
          dedicated: { lane: 0, workloads: [{ namespace: 'shop', kind: 'Deployment', name: 'cart' }] },
        },
        message: /dedicated is required with role Dedicated, and not allowed otherwise/,
      },
      {
        name: 'odigos-webhook',
        spec: { role: 'Dedicated', signals: [], resources, replicas: { min: 1, max: 1 } },
        message: /begin with odigos-dedicated- with role Dedicated/,
      },
      {
        name: `odigos-dedicated-${'x'.repeat(40)}`,
        spec: { role: 'Dedicated', signals: [], resources, replicas: { min: 1, max: 1 } },
        message: /the name must not exceed 52 characters/,
      },
    ],
  },
  {
    kind: 'InstrumentationConfig',
    name: 'deployment-cart',
    spec: {
      workload,
      containers: [
        { name: 'cart', agent: 'python', reason: 'AgentSelected', image: 'cart:1' },
        { name: 'proxy', reason: 'AReasonOfANewerVersion' },
      ],
      pipeline: { collectorsGroup: 'gateway', endpoint: 'http://gateway:4318', signals: ['traces'] },
    },
    status: {
      observedGeneration: 1,
      state: 'RestartRequired',
      containers: [{ name: 'cart', language: 'python', imageID: 'cart@sha256:1', fingerprint: 'ab#cd' }],
      workloadLabels: { app: 'cart' },
      pods: { total: 2, instrumented: 1, outdated: 1, missed: 0 },
      summary: { languages: 'python, -', agents: 'python, -', reasons: 'AgentSelected, IgnoredContainer' },
    },
    changes: [{ spec: { workload: { ...workload, name: 'web' } }, message: /workload is immutable/ }],
    stored: { workload },
    columns: {
      WORKLOAD: 'Deployment',
      LANGUAGE: 'python, -',
      AGENT: 'python, -',
      // A scheduler that runs on this cluster may have put its own there.
      PIPELINE: /^[a-z-]+$/,
      STATE: 'RestartRequired',
      PODS: '1',
      REASON: 'AgentSelected, IgnoredContainer',
    },
    refused: [
      {
        spec: { workload, containers: [{ name: 'a', reason: 'Because I say so' }] },
        message: /reason.*should match/,
      },
      {
        spec: {
          workload,
          containers: [
            { name: 'a', reason: 'OptedOut' },
            { name: 'a', reason: 'OptedOut' },
          ],
        },
        message: /containers\[1\]: Duplicate value/,
      },
    ],
  },
]

/** Cells of the first row of a table that kubectl printed, by column; columns are two spaces or more apart. */
const cellsOf = (table: string): Record<string, string> => {
  const [header = '', row = ''] = table.split('\n')
  const starts = [...header.matchAll(/\S+/g)].map(({ index, 0: name }) => ({ name, index }))
  return Object.fromEntries(
    starts.map(({ name, index }, column) => [name, row.slice(index, starts[column + 1]?.index).trim()]),
  )
}

describe('custom resource definitions on a real API server', function () {
  this.timeout(60_000)
  let client: KubeClient
  let namespace: AsyncDisposable & { name: string }

  const object = (kind: string, name: string, rest: object): KubeObject => ({
    apiVersion: API_GROUP_VERSION,
    kind,
    metadata: { name, namespace: namespace.name },
    ...rest,
  })
  const typeOf = (kind: string) => resourceOfKind(kind, API_GROUP_VERSION)!

  before(async () => {
    client = await clusterClient()
    for (const crd of crds) await client.apply(RESOURCES.customResourceDefinitions, crd, { fieldManager: 'test' })
    namespace = await temporaryNamespace(client, 'crds')
  })
  after(() => namespace?.[Symbol.asyncDispose]())

  it('are six, one for each kind, and each has an example here', () => {
    assert.equal(crds.length, KINDS.length)
    assert.deepEqual(examples.map(({ kind }) => kind).sort(), KINDS.map(({ kind }) => kind).sort())
  })

  for (const { metadata } of crds) {
    it(`${metadata.name} is established, and keeps what we wrote`, async () => {
      await eventuallyPasses(async () => {
        const ref = { type: RESOURCES.customResourceDefinitions, name: metadata.name }
        const found = await client.get<KubeObject & { status: { conditions: { type: string; status: string }[] } }>(ref)
        const conditions = Object.fromEntries(found!.status.conditions.map(({ type, status }) => [type, status]))
        assert.equal(conditions['NamesAccepted'], 'True')
        assert.equal(conditions['Established'], 'True')
        assert.equal(conditions['NonStructuralSchema'], undefined)
      }, 20_000)
    })
  }

  for (const { kind, name, spec, status, stored, columns, refused, changes = [] } of examples) {
    describe(kind, () => {
      before(async () => {
        // A type of resource is served a moment after its CRD is established.
        await eventuallyPasses(() =>
          client.apply(typeOf(kind), object(kind, name, { spec }), { fieldManager: 'test' }).then(() => undefined),
        )
        if (!status) return
        const options = { fieldManager: 'test-status', subresource: 'status' } as const
        await client.apply(typeOf(kind), object(kind, name, { status }), options)
      })

      it('is stored with its defaults', async () => {
        const ref = { type: typeOf(kind), namespace: namespace.name, name }
        const read = await client.get<KubeObject & { spec: object; status?: object }>(ref)
        assert.partialDeepStrictEqual(read?.spec, stored)
        assert.deepEqual(read?.status, status)
      })

      for (const { name: badName = name, spec: badSpec, message } of refused) {
        it(`is refused with ${message.source}`, async () => {
          const bad = object(kind, badName, { spec: badSpec })
          // Not by apply, which would merge it into the good one.
          const path = withQuery(collectionPath(typeOf(kind), namespace.name), { dryRun: 'All' })
          await assert.rejects(client.request('POST', path, bad), (error: Error) => {
            assert.ok(isInvalid(error), String(error))
            assert.match(error.message, message)
            return true
          })
        })
      }

      for (const { spec: change, message } of changes) {
        it(`is not changed: ${message.source}`, async () => {
          const ref = { type: typeOf(kind), namespace: namespace.name, name }
          await assert.rejects(
            client.mergePatch(ref, { spec: change }, { fieldManager: 'test' }),
            (error: Error) => isInvalid(error) && message.test(error.message),
          )
        })
      }

      it('shows useful columns in kubectl get, also by its short name', async () => {
        const definition = KINDS.find((candidate) => candidate.kind === kind)!
        const table = await kubectl().run(['get', definition.shortNames[0]!, '-n', namespace.name])
        const cells = cellsOf(table)
        assert.equal(cells['NAME'], name)
        for (const [column, value] of Object.entries(columns)) {
          if (typeof value === 'string') assert.equal(cells[column], value, table)
          else assert.match(String(cells[column]), value, table)
        }
      })

      it('is explained by kubectl, every field with a description', async () => {
        const plural = typeOf(kind).plural
        const explained = await kubectl().run(['explain', `${plural}.spec`])
        assert.match(explained, /KIND: {7}\w+/)
        for (const field of Object.keys(spec)) assert.match(explained, new RegExp(`^ {2}${field}\t<`, 'm'))
        assert.doesNotMatch(explained, /<no description>/)
      })
    })
  }

  describe('all of them', () => {
    it('are listed together by their category', async () => {
      const names = (await kubectl().run(['get', 'odigos', '-n', namespace.name, '-o', 'name'])).trim().split('\n')
      assert.equal(names.length, examples.length)
    })
  })
})
