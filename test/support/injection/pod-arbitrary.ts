import fc from 'fast-check'
import type { Container, EnvVar, Pod, Resources } from '../../../src/api/kubernetes.ts'

/** Names that collide with ours, and others. */
const variableName = fc.constantFrom(
  'NODE_OPTIONS',
  'PYTHONPATH',
  'JAVA_TOOL_OPTIONS',
  'ORIGINAL_NODE_OPTIONS',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_SERVICE_NAME',
  'ODIGOS_OTEL_RESOURCE_ATTRIBUTES',
  'ODIGOS_OTEL_SERVICE_NAME',
  'ODIGOS_PROBE_COMMANDS',
  'OTEL_TRACES_SAMPLER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_GO_AUTO_TARGET_EXE',
  'ODIGOS_POD_NAME',
  'ODIGOS_NODE_NAME',
  'A',
  'B',
)
const variableValue = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '--x',
    '--x ',
    'word',
    '$(A)',
    '$$(A)',
    '/app',
    '/app:',
    'team=a',
    'team=a,',
    '$(B),x=1',
    'grpc',
    'http://gateway:4317',
    'k8s.pod.name=mine',
  ),
  fc.string({ maxLength: 20 }),
)
const reference = fc.oneof(
  fc.record({ configMapKeyRef: fc.record({ name: fc.constant('c'), key: fc.constant('k') }) }),
  fc.record({
    secretKeyRef: fc.record({ name: fc.constant('s'), key: fc.constant('k'), optional: fc.boolean() }),
  }),
  fc.record({
    fileKeyRef: fc.record({
      volumeName: fc.constant('v'),
      path: fc.constant('env'),
      key: fc.constant('k'),
      optional: fc.boolean(),
    }),
  }),
  fc.record({ fieldRef: fc.record({ fieldPath: fc.constantFrom('metadata.name', 'spec.nodeName') }) }),
)
const variable: fc.Arbitrary<EnvVar> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ name: variableName, value: variableValue }) },
  { weight: 1, arbitrary: fc.record({ name: variableName, valueFrom: reference }) },
  { weight: 1, arbitrary: fc.record({ name: variableName }) },
)

const quantity = fc.constantFrom('10m', '1', '500m', '64Mi', '300Mi', '1Gi', '1e9')
const resources: fc.Arbitrary<Resources> = fc
  .record({
    cpu: fc.option(fc.constantFrom('10m', '500m', '2'), { nil: undefined }),
    memory: fc.option(quantity, { nil: undefined }),
    isEqual: fc.boolean(),
    storage: fc.option(fc.constantFrom('10Mi', '1Gi'), { nil: undefined }),
    gpu: fc.boolean(),
  })
  .map(({ cpu, memory, isEqual, storage, gpu }) => {
    const limits = {
      ...(cpu ? { cpu } : {}),
      ...(memory ? { memory } : {}),
      ...(storage ? { 'ephemeral-storage': storage } : {}),
      ...(gpu ? { 'nvidia.com/gpu': '1' } : {}),
    }
    return isEqual ? { limits, requests: limits } : { limits, requests: cpu ? { cpu } : {} }
  })

const mountPath = fc.constantFrom(
  '/',
  '/var',
  '/var/odigos',
  '/var/odigos/nodejs',
  '/var/odigos/java/x',
  '/data',
  '/var/odigos/python2',
)
const mount = fc.record({ name: fc.constantFrom('data', 'odigos-agent-nodejs'), mountPath })

const context = fc.constantFrom(
  undefined,
  {},
  { runAsUser: 0 },
  { runAsUser: 1001, runAsNonRoot: true },
  {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
)

const optional = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined | null> =>
  fc.oneof({ weight: 4, arbitrary }, { weight: 1, arbitrary: fc.constantFrom(undefined, null) })

const container = (name: string): fc.Arbitrary<Container> =>
  fc
    .record({
      image: optional(fc.constantFrom('app', 'registry.test:5000/app:1.2', 'app@sha256:00')),
      env: optional(fc.array(variable, { maxLength: 8 })),
      envFrom: optional(
        fc.constantFrom([], [{ configMapRef: { name: 'c' } }], [{ prefix: 'NODE_', secretRef: { name: 's' } }]),
      ),
      volumeMounts: optional(fc.uniqueArray(mount, { maxLength: 2, selector: ({ mountPath: path }) => path })),
      resources: optional(resources),
      securityContext: optional(context),
      livenessProbe: optional(
        fc.constantFrom({ exec: { command: ['sh', '-c', 'test $(A) -a $HOME'] } }, { httpGet: {} }),
      ),
      lifecycle: optional(fc.constantFrom({ preStop: { exec: { command: ['sleep', '5'] }, postStart: null } }, {})),
      futureField: fc.constantFrom(undefined, { nested: [1, null] }),
    })
    .map((fields) => JSON.parse(JSON.stringify({ name, ...fields })) as Container)

const names = fc.uniqueArray(fc.constantFrom('app', 'web', 'istio-proxy', 'odigos-agent-nodejs', 'odigos-go-ebpf'), {
  minLength: 1,
  maxLength: 3,
})
const containers = names.chain((all) => fc.tuple(...all.map(container)))
const initContainers = fc
  .uniqueArray(fc.constantFrom('init', 'odigos-agent-java', 'odigos-agent-python', 'odigos-go-ebpf-2'), {
    maxLength: 2,
  })
  .chain((all) => (all.length === 0 ? fc.constant<Container[]>([]) : fc.tuple(...all.map(container))))
const volume = fc.oneof(
  fc.record({
    name: fc.constantFrom('data', 'odigos-agent-nodejs', 'odigos-agent-nodejs-2'),
    emptyDir: fc.constant({}),
  }),
  fc.record({
    name: fc.constantFrom('odigos-agent-python', 'odigos-agent-java'),
    emptyDir: fc.constant({ sizeLimit: '64Mi' }),
  }),
)

const annotations = fc.constantFrom(
  undefined,
  null,
  {},
  { 'odigos.io/injection': 'garbage' },
  { 'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"},"web":7}', 'a/b~c': 'x' },
  { 'resource.opentelemetry.io/service.name': 'named, by = you', 'resource.opentelemetry.io/team': 'ä%$(A)' },
)
const owner = fc.constantFrom(
  undefined,
  [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'shop-1', uid: '1', controller: true }],
  [{ apiVersion: 'batch/v1', kind: 'Job', name: 'shop-29381760', uid: '1', controller: true }],
)

/** Pods of every shape that decisions distinguish, with our own names taken, nulls, and unknown fields. */
export const podArbitrary: fc.Arbitrary<Pod> = fc
  .record({
    metadata: optional(
      fc.record({
        generateName: fc.constant('shop-1-'),
        labels: optional(fc.constant({ 'pod-template-hash': '1', 'app.kubernetes.io/version': '1,2' })),
        annotations,
        ownerReferences: owner,
      }),
    ),
    spec: fc.record({
      containers,
      initContainers: optional(initContainers),
      volumes: optional(fc.uniqueArray(volume, { maxLength: 3, selector: ({ name }) => name })),
      securityContext: optional(context),
      shareProcessNamespace: fc.constantFrom(undefined, true, false),
      resources: fc.constantFrom(undefined, undefined, { limits: { cpu: '4', memory: '8Gi' } }),
      futureField: fc.constantFrom(undefined, ['x']),
    }),
  })
  .map((pod) => JSON.parse(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...pod })) as Pod)
