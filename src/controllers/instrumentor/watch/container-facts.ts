/** What decisions need of a container's specification, and no more: its environment can hold secrets. Pure. */
import { createHash } from 'node:crypto'
import { APPENDED_VARIABLES } from '../../../api/agents/agents.generated.ts'
import type { Container, PodTemplate } from '../../../api/kubernetes.ts'
import { RESTARTED_AT_ANNOTATION, SDK_PREFIX } from '../../../api/names.ts'

/** A short hash, because the values can be long and are only compared. */
const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8)

/** All that a pod template says; a restart leaves the hash as it is. */
export const templateHash = ({ metadata, spec }: PodTemplate): string => {
  const { [RESTARTED_AT_ANNOTATION]: _restart, ...annotations } = metadata?.annotations ?? {}
  return hashOf([metadata?.labels ?? {}, annotations, spec])
}

/** Command and arguments. */
export const entryOf = ({ command, args }: Pick<Container, 'command' | 'args'>): string =>
  hashOf([command ?? [], args ?? []])

/** The environment, as far as the pod names it. */
export const environmentOf = ({ env, envFrom }: Pick<Container, 'env' | 'envFrom'>): string =>
  hashOf([env ?? [], envFrom ?? []])

export interface Print {
  /** Digest of the image. */
  image: string
  /** See `entryOf`. */
  entry: string
  /** See `environmentOf`; '' in a pod with an agent, whose environment is not the user's alone. */
  environment: string
}

/** Whether an agent appends to the variable, so that its value must be known. */
export const isAppended = (name: string): boolean =>
  APPENDED_VARIABLES.includes(name as (typeof APPENDED_VARIABLES)[number])

/** Names of variables that detectors report and that the container sets itself, in `env`. */
export const ownVariables = ({ env }: Pick<Container, 'env'>): string[] =>
  (env ?? []).map(({ name }) => name).filter((name) => name.startsWith(SDK_PREFIX) || isAppended(name))

/** Whether `envFrom` names a Secret. */
export const readsSecret = ({ envFrom }: Pick<Container, 'envFrom'>): boolean =>
  (envFrom ?? []).some(({ secretRef }) => secretRef !== undefined && secretRef !== null)

/** Whether the kubelet sends requests to the container, by HTTP or gRPC, for as long as it runs. */
export const hasRequestProbe = ({ livenessProbe, readinessProbe }: Container): boolean =>
  [livenessProbe, readinessProbe].some((probe) => probe?.['httpGet'] || probe?.['grpc'])
