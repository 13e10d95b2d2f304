/** The prepared cluster of an end-to-end test: `npm test` passes its kubeconfig, registry and tag in the environment. */
import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../src/api/kinds/instrumentation-config.ts'
import type { Container, Pod } from '../../../src/api/kubernetes.ts'
import { eventually } from '../../../tools/eventually.ts'
import { localOnly } from './local-only.ts'
import { createKubectl } from '../../../deploy/demo/kubectl.ts'
import type { Span } from '../../../deploy/demo/spans.ts'
import { watchSpans as watchSpansOf } from '../../../deploy/demo/watch-spans.ts'
import { KUBECONFIG } from '../../../deploy/local/settings.ts'

const kubeconfig = process.env['KUBECONFIG'] || KUBECONFIG
export const kubectl = createKubectl({ kubeconfig })

// A hook of mocha for all files, because mocha hides the message of an error while a file is loaded.
before(() => void localOnly(kubeconfig))

export const images = {
  registry: process.env['ODIGOS_REGISTRY'] ?? 'localhost/odigos',
  tag: process.env['ODIGOS_TAG'] ?? '',
}

export type RunningPod = Pod & { metadata: { name: string; uid: string; labels?: Record<string, string> } }

/** Pods of a namespace that are not terminating. */
export const podsOf = async (namespace: string, selector?: string): Promise<RunningPod[]> => {
  const args = ['get', 'pods', '-n', namespace, ...(selector ? ['-l', selector] : [])]
  const { items } = await kubectl.json<{ items: RunningPod[] }>(args)
  return items.filter((pod) => !pod.metadata['deletionTimestamp'])
}

export const configsOf = async (namespace: string): Promise<Map<string, InstrumentationConfig>> => {
  const { items } = await kubectl.json<{ items: InstrumentationConfig[] }>([
    'get',
    'instrumentationconfigs',
    '-n',
    namespace,
  ])
  return new Map(items.map((config) => [config.spec.workload.name, config]))
}

/** Waits until the named workloads are in the state; reports the states of the others. */
export const awaitState = async (namespace: string, names: readonly string[], state: string): Promise<void> => {
  let last = ''
  await eventually(`${names.join(', ')} in ${namespace}: ${state}`, 150, async () => {
    const configs = await configsOf(namespace)
    last = names.map((name) => `${name}: ${configs.get(name)?.status?.state}`).join(', ')
    return names.every((name) => configs.get(name)?.status?.state === state)
  }).catch((error: unknown) => {
    throw new Error(`${String(error)} (${last})`, { cause: error })
  })
}

export const restart = async (namespace: string): Promise<void> => {
  await kubectl.run(['rollout', 'restart', 'deployment', '-n', namespace])
  await kubectl.run(['rollout', 'status', 'deployment', '-n', namespace, '--timeout=240s'])
}

export const label = (namespace: string, value: 'enabled' | 'disabled'): Promise<string> =>
  kubectl.run(['label', 'namespace', namespace, `odigos-instrumentation=${value}`, '--overwrite'])

/** Whether a pod has anything of Odigos: annotation, container, volume, mount or variable. */
export const tracesOfUs = (pod: Pod): string[] => {
  const found = Object.keys(pod.metadata?.annotations ?? {}).filter((name) => name.includes('odigos'))
  const containers: Container[] = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
  for (const { name, env = [], volumeMounts = [] } of containers) {
    if (name.startsWith('odigos')) found.push(`container ${name}`)
    found.push(...env.filter((entry) => /^(?:ODIGOS_|OTEL_)/.test(entry.name)).map((entry) => `${name}: ${entry.name}`))
    found.push(...volumeMounts.filter(({ mountPath }) => mountPath.includes('odigos')).map((m) => m.mountPath))
  }
  found.push(...(pod.spec.volumes ?? []).filter((volume) => volume.name.startsWith('odigos')).map(({ name }) => name))
  if (pod.spec.shareProcessNamespace) found.push('shareProcessNamespace')
  return found
}

/** Collects the spans that the backend receives from now on, or all that it ever received. */
export const watchSpans = async (from: 'now' | 'start' = 'now') => {
  const update = await watchSpansOf(kubectl, from)
  return {
    update,
    /** Waits until the spans so far satisfy the condition. */
    until: async (what: string, seconds: number, isSo: (spans: readonly Span[]) => boolean): Promise<Span[]> => {
      let spans: Span[] = []
      await eventually(what, seconds, async () => isSo((spans = await update()))).catch((error: unknown) => {
        const seen = [...new Set(spans.map(({ service }) => service))].join(', ')
        throw new Error(`${String(error)}; ${spans.length} spans of: ${seen || 'nobody'}`, { cause: error })
      })
      return spans
    },
  }
}

export const only = <T>(items: readonly T[]): T => {
  const [first, ...rest] = items
  assert.ok(first !== undefined && rest.length === 0, `expected one, got ${items.length}`)
  return first
}
