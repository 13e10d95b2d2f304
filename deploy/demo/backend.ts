/** The demonstration's destination: a collector that writes what it receives to a file, and a container to read it. */
import type { Kubectl } from './kubectl.ts'

export const BACKEND_NAMESPACE = 'trace-backend'
export const BACKEND_ENDPOINT = `trace-backend.${BACKEND_NAMESPACE}.svc:4317`
export const BACKEND_NAME = 'trace-backend'
const TRACES_FILE = '/data/traces.jsonl'

const CONFIG = {
  receivers: { otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } } },
  exporters: {
    'file/traces': { path: TRACES_FILE, flush_interval: '200ms' },
    'file/metrics': { path: '/data/metrics.jsonl', flush_interval: '200ms' },
    'file/logs': { path: '/data/logs.jsonl', flush_interval: '200ms' },
  },
  service: {
    telemetry: { metrics: { level: 'none' } },
    pipelines: {
      traces: { receivers: ['otlp'], exporters: ['file/traces'] },
      metrics: { receivers: ['otlp'], exporters: ['file/metrics'] },
      logs: { receivers: ['otlp'], exporters: ['file/logs'] },
    },
  },
}

export interface BackendImages {
  collector: string
  /** Any image with a shell's tools, for a container in which files can be read. */
  reader: string
}

const container = (name: string, image: string, rest: object): object => ({
  name,
  image,
  imagePullPolicy: 'IfNotPresent',
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  ...rest,
})

const LABELS = { app: BACKEND_NAME }
const METADATA = { name: BACKEND_NAME, namespace: BACKEND_NAMESPACE, labels: LABELS }

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: METADATA,
  spec: {
    selector: LABELS,
    ports: [
      { name: 'otlp-grpc', port: 4317 },
      { name: 'otlp-http', port: 4318 },
    ],
  },
}

const podSpec = (images: BackendImages): object => {
  const data = { name: 'data', mountPath: '/data' }
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 2,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
      fsGroup: 65_532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      container('collector', images.collector, {
        args: ['--config=/etc/backend/config.yaml'],
        volumeMounts: [data, { name: 'config', mountPath: '/etc/backend', readOnly: true }],
        readinessProbe: { tcpSocket: { port: 4317 }, periodSeconds: 1 },
      }),
      container('reader', images.reader, { command: ['/bin/sleep', 'infinity'], volumeMounts: [data] }),
    ],
    volumes: [
      { name: 'data', emptyDir: { sizeLimit: '2Gi' } },
      { name: 'config', configMap: { name: BACKEND_NAME } },
    ],
  }
}

/** Namespace, configuration, Deployment and Service of the backend. */
export const backendManifests = (images: BackendImages): object[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: BACKEND_NAMESPACE } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: METADATA, data: { 'config.yaml': JSON.stringify(CONFIG) } },
  SERVICE,
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: METADATA,
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: podSpec(images) },
    },
  },
]

/** The Destination that sends to the backend. */
export const backendDestination = (systemNamespace: string): object => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'Destination',
  metadata: { name: BACKEND_NAME, namespace: systemNamespace },
  spec: {
    type: 'otlp',
    displayName: 'Trace backend of the demonstration',
    signals: ['traces', 'metrics'],
    fields: { endpoint: BACKEND_ENDPOINT },
  },
})

/** The complete lines written since `offset` (bytes), and the offset to continue from. */
export const readReceived = async (
  kubectl: Kubectl,
  offset: number,
  file = TRACES_FILE,
): Promise<{ lines: string[]; offset: number }> => {
  const command = ['exec', '-n', BACKEND_NAMESPACE, `deployment/${BACKEND_NAME}`, '-c', 'reader', '--']
  const text = await kubectl.run([
    ...command,
    '/bin/sh',
    '-c',
    `test -e ${file} && tail -c +${offset + 1} ${file} || true`,
  ])
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return { lines: whole.split('\n').filter(Boolean), offset: offset + Buffer.byteLength(whole) }
}

/** Bytes that the backend has written so far. */
export const receivedBytes = async (kubectl: Kubectl, file = TRACES_FILE): Promise<number> => {
  const command = ['exec', '-n', BACKEND_NAMESPACE, `deployment/${BACKEND_NAME}`, '-c', 'reader', '--']
  return Number(await kubectl.run([...command, '/bin/sh', '-c', `stat -c %s ${file} 2>/dev/null || echo 0`]))
}
