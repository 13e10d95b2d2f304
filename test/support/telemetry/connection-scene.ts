/** Tests of connections by real collectors: an API server and a kubelet that run the pod of a test as a process on loopback. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Destination } from '../../../src/api/kinds/destination.ts'
import type { Container, KubeObject } from '../../../src/api/kubernetes.ts'
import { COLLECTOR_CONTAINER } from '../../../src/api/names.ts'
import type { CollectorPlace } from '../../../src/collector/config.ts'
import type { CollectorPodView } from '../../../src/controllers/autoscaler/delivery/collector-pod-view.ts'
import type { ConnectionTestOptions } from '../../../src/controllers/autoscaler/connection/connection-test.ts'
import { createConnectionTests } from '../../../src/controllers/autoscaler/connection/connection-test.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import { createLog } from '../../../src/process/log.ts'
import { COLLECTOR_SETTINGS } from '../collectors/settings.ts'

const NAMESPACE = 'odigos-system'

export interface ConnectionSceneOptions {
  binary: string
  place: CollectorPlace
  /** Values of Secrets by their names. */
  secrets?: Record<string, Record<string, string>>
  /** Names of Secrets with the label. */
  labelled?: string[]
  destinations?: Destination[]
  allowedHosts?: string[]
  /** Status of pods that never run. */
  status?: object
  isStarting?: true
  /** More variables of the collector. */
  env?: Record<string, string>
}

interface Running {
  pod: KubeObject
  child: ChildProcess
  log: string
}

const secretObject = (
  name: string,
  { secrets = {}, labelled = [] }: ConnectionSceneOptions,
): KubeObject | undefined => {
  const values = secrets[name]
  if (!values) return undefined
  const labels: Record<string, string> = labelled.includes(name) ? { 'odigos.io/connection-test': 'allowed' } : {}
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  )
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE, labels }, data }
}

/** As the kubelet fills them in: it expands references, of which there are to be none. */
const environment = (pod: KubeObject, { secrets = {} }: ConnectionSceneOptions): Record<string, string> => {
  const { containers } = pod['spec'] as { containers: Container[] }
  const variables = (containers[0]?.env ?? []).map(({ name, value = '', valueFrom }) => {
    const { name: secret = '', key = '' } = valueFrom?.secretKeyRef ?? {}
    return [name, secret === '' ? value.replaceAll('$$', '$') : (secrets[secret]?.[key] ?? '')] as const
  })
  return Object.fromEntries(variables)
}

const statusOf = async ({ child, log }: Running, place: CollectorPlace): Promise<object> => {
  const isHealthy = await fetch(`http://127.0.0.1:${place.healthPort}/`).then(
    ({ ok }) => ok,
    () => false,
  )
  const { exitCode } = child
  const state =
    exitCode === null
      ? { running: { startedAt: '2026-01-01T00:00:00Z' } }
      : { terminated: { exitCode, message: log.slice(-2048) } }
  const ready = exitCode === null && isHealthy
  return { phase: 'Running', podIP: '127.0.0.1', containerStatuses: [{ name: COLLECTOR_CONTAINER, ready, state }] }
}

export const connectionScene = (options: ConnectionSceneOptions) => {
  const { place, binary } = options
  const running = new Map<string, Running>()
  const created: KubeObject[] = []
  const deleted: string[] = []

  const start = (pod: KubeObject): void => {
    const { containers } = pod['spec'] as { containers: { args: string[] }[] }
    const child = spawn(binary, containers[0]?.args ?? [], {
      env: { ...options.env, ...environment(pod, options) },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const entry: Running = { pod, child, log: '' }
    child.stderr.on('data', (chunk: Buffer) => (entry.log += chunk.toString()))
    running.set(pod.metadata.name, entry)
  }
  const stop = (name: string): boolean => {
    const found = running.get(name)
    found?.child.kill('SIGKILL')
    return running.delete(name)
  }
  const pods: CollectorPodView[] = []
  const client: ConnectionTestOptions['client'] = {
    create: (_type, object) => {
      created.push(object)
      if (!options.status) start(object)
      return Promise.resolve(object)
    },
    get: async ({ type, name }) => {
      if (type === RESOURCES.secrets) return secretObject(name, options) as never
      const found = running.get(name)
      const status = options.status ?? (found && (await statusOf(found, place)))
      return (status && { ...created.at(-1), status }) as never
    },
    delete: ({ name }) => {
      deleted.push(name)
      return Promise.resolve(stop(name))
    },
    request: (_method, path) => Promise.resolve((running.get(path.split('/')[6] ?? '')?.log ?? '') as never),
  }
  const { test } = createConnectionTests({
    client,
    namespace: NAMESPACE,
    settings: COLLECTOR_SETTINGS,
    place,
    log: createLog('test', 'silent'),
    signal: new AbortController().signal,
    nowMs: Date.now,
    isReady: () => options.isStarting === undefined,
    pods: () => pods,
    destinations: () => options.destinations ?? [],
    allowedHosts: () => options.allowedHosts,
  })
  return { test, created, deleted, running, pods }
}
