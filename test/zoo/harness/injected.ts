/** The environment of a container after an admission, as the kubelet makes it. */
import jsonPatch from 'fast-json-patch'
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import type { EnvVar, Pod } from '../../../src/api/kubernetes.ts'
import { AGENT_MOUNT_ROOT } from '../../../src/api/names.ts'
import { decide } from '../../../src/inject/decide.ts'
import { configFor, contextFor } from '../../support/injection/injection-context.ts'
import type { Language } from '../../../tools/zoo/entry.ts'

export type Environment = Readonly<Record<string, string>>

const FIELDS: Environment = { 'metadata.name': 'zoo-1', 'metadata.uid': 'uid-1', 'spec.nodeName': 'node-1' }

/** `$(NAME)` resolves to an entry before it, and `$$` is `$`. */
const expand = (text: string, env: Environment): string =>
  text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) => (name === undefined ? '$' : (env[name] ?? whole)))

const valueOf = ({ value, valueFrom }: EnvVar, env: Environment): string => {
  const field = (valueFrom?.['fieldRef'] as { fieldPath?: string } | undefined)?.fieldPath
  return field === undefined ? expand(value ?? '', env) : (FIELDS[field] ?? '')
}

const resolved = (entries: readonly EnvVar[]): Environment => {
  const env: Record<string, string> = {}
  for (const entry of entries) env[entry.name] = valueOf(entry, env)
  return env
}

interface Injection {
  language: Language
  /** The container's own environment. */
  user: Environment
  /** Base address of the collector. */
  endpoint: string
  detection: Pick<ContainerDetection, 'runtimeEnv' | 'executable'>
}

/** The pod of a container with this environment, after the admission. Throws where `decide` refuses. */
const admitted = ({ language, user, endpoint, detection }: Injection): Pod => {
  const agent = language === 'go' ? 'go-ebpf' : language
  const env = Object.entries(user).map(([name, value]) => ({ name, value: value.replaceAll('$', '$$$$') }))
  const pod = { metadata: { name: 'zoo-1' }, spec: { containers: [{ name: 'app', image: 'zoo:1', env }] } } as Pod
  const { runtimeEnv, executable } = detection
  const config = configFor(pod, agent, { ...(runtimeEnv && { runtimeEnv }), ...(executable && { executable }) })
  const pipeline = { collectorsGroup: 'node', endpoint, signals: ['traces' as const] }
  const { patch, containers } = decide(pod, contextFor(pod, agent, { configFor: { ...config, pipeline } }))
  if (containers['app']?.reason !== 'Injected') throw new Error(`not injected: ${JSON.stringify(containers['app'])}`)
  return jsonPatch.applyPatch(structuredClone(pod), patch as jsonPatch.Operation[]).newDocument
}

/** What `decide` makes of the container, with the folder of the agent in the place of its mount. */
export const injectedEnvironment = ({ folder, ...injection }: Injection & { folder: string }): Environment => {
  const { spec } = admitted(injection)
  const mount = `${AGENT_MOUNT_ROOT}/${injection.language}`
  const entries = Object.entries(resolved(spec.containers[0]?.env ?? []))
  return Object.fromEntries(entries.map(([name, value]) => [name, value.replaceAll(mount, folder)]))
}

/** The environments of the container and of its sidecar. */
export const withSidecar = (injection: Injection): { container: Environment; sidecar: Environment } => {
  const { spec } = admitted(injection)
  const [container, sidecar] = [spec.containers[0], spec.initContainers?.[0]]
  if (spec.shareProcessNamespace !== true || !sidecar) throw new Error(`no sidecar: ${JSON.stringify(spec)}`)
  return { container: resolved(container?.env ?? []), sidecar: resolved(sidecar.env ?? []) }
}
