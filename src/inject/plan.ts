import type { Container } from '../api/kubernetes.ts'
import type { Agent } from '../api/vocabulary.ts'
import type { Delivery } from './delivery/files.ts'
import { conflictingMount, copyContainer, deliverFiles } from './delivery/files.ts'
import { addHook, isConflict } from './environment/hook.ts'
import type { ContainerPlan, InjectionPlan } from './pod/mutate-pod.ts'
import { findObstacle } from './resources/namespace-limits.ts'
import { parseQuantity } from './resources/quantity.ts'
import { RECIPES } from './agents/index.ts'
import type { FilesRecipe, SidecarRecipe } from './agents/agent.ts'
import type { Answer, ContainerSubject, Rule } from './rule.ts'
import { allowed, firstRefusal, refused } from './rule.ts'
import { addSdkEnvironment } from './environment/sdk-env.ts'
import { ebpfSidecar } from './delivery/sidecar.ts'
import type { TraceEntry } from './types.ts'

/** A plan that is being put together, container by container. */
export interface OpenPlan extends InjectionPlan {
  containers: Map<Container, ContainerPlan>
}

export const emptyPlan = (): OpenPlan => ({
  containers: new Map(),
  initContainers: [],
  volumes: [],
  sharesProcessNamespace: false,
  annotations: {},
})

interface FilesSubject extends ContainerSubject {
  recipe: FilesRecipe
  delivery: Delivery
}

/** Bytes that a pod may use on its node, emptyDir volumes included, before the kubelet evicts it. */
const ephemeralStorageLimit = (containers: readonly Container[]): number | undefined => {
  const limits = containers.flatMap(({ resources }) => resources?.limits?.['ephemeral-storage'] ?? [])
  return limits.length === 0 ? undefined : limits.reduce((sum, limit) => sum + (parseQuantity(limit) ?? 0), 0)
}

/** Mounts come last: of the rules only they look at what an earlier admission did, so an answer does not change by itself. */
const filesRules: readonly Rule<FilesSubject>[] = [
  {
    rule: 'ephemeral storage',
    ask: ({ pod, recipe, context }) => {
      if (context.settings.agentDelivery === 'image-volume') return allowed('not used', 'OdigosConfig agentDelivery')
      const limit = ephemeralStorageLimit(pod.spec.containers)
      return limit !== undefined && limit < recipe.sizeMiB * 2 ** 20
        ? refused('QuotaForbids', `ephemeral-storage has no room for ${recipe.sizeMiB} MiB`, 'limits of the containers')
        : allowed('enough', 'limits of the containers')
    },
  },
  {
    rule: 'mounts',
    ask: ({ container, delivery }) => {
      const ours = delivery.mount.mountPath
      const obstacle = conflictingMount(container, delivery)
      return obstacle
        ? refused(
            'MountConflict',
            `${obstacle.name} is mounted at ${obstacle.mountPath}, the agent at ${ours}`,
            'volumeMounts',
          )
        : allowed(ours, 'volumeMounts of the container')
    },
  },
]

const hasMount = ({ volumeMounts }: Container, { mount }: Delivery): boolean =>
  (volumeMounts ?? []).some(({ name, mountPath }) => name === mount.name && mountPath === mount.mountPath)

/** Volume and copying container, once for all containers of the pod that have the same agent. */
const planDelivery = (subject: FilesSubject, plan: OpenPlan): void => {
  const { delivery } = subject
  if (!delivery.isVolumeThere && !plan.volumes.some(({ name }) => name === delivery.volume.name)) {
    plan.volumes.push(delivery.volume)
  }
  if (!delivery.volume.emptyDir) return
  const copy = copyContainer(subject, subject.recipe, delivery)
  const isPlanned = plan.initContainers.some(({ name }) => name === copy.container.name)
  if (!copy.isThere && !isPlanned) plan.initContainers.push(copy.container)
}

const planFiles = (
  subject: ContainerSubject,
  recipe: FilesRecipe,
  plan: OpenPlan,
  trace: TraceEntry[],
): Answer['refusal'] => {
  const { container, decision } = subject
  const { hook } = recipe
  const runtimeValue = decision.runtimeEnv?.find(({ name }) => name === hook.name)?.value
  const hooked = addHook(container.env ?? [], hook, runtimeValue)
  if (isConflict(hooked)) {
    trace.push({ rule: hook.name, container: container.name, answer: hooked.conflict, from: 'env of the container' })
    return { reason: 'EnvironmentConflict', message: hooked.conflict }
  }
  trace.push({ rule: hook.name, container: container.name, answer: 'the agent can be added', from: hooked.from })
  const delivery = deliverFiles(subject, recipe)
  const refusal = firstRefusal(filesRules, { ...subject, recipe, delivery }, trace, container.name)
  if (refusal) return refusal
  plan.containers.set(container, {
    env: addSdkEnvironment(hooked.env, subject, recipe, trace),
    mounts: hasMount(container, delivery) ? [] : [delivery.mount],
  })
  planDelivery({ ...subject, recipe, delivery }, plan)
  return undefined
}

interface SidecarSubject extends ContainerSubject {
  sidecar: ReturnType<typeof ebpfSidecar>
  planned: readonly Container[]
}

const NO_LIMITS = { ranges: [], quotas: [] }

/** A pod that holds the sidecar already is left as it is: that it was admitted may be why a quota is used up. */
const sidecarRules: readonly Rule<SidecarSubject>[] = [
  {
    rule: 'namespace limits',
    ask: ({ pod: { spec }, context, sidecar: { container, isThere }, planned }) => {
      if (isThere) return allowed('the sidecar is there', 'initContainers of the pod')
      const others = { ...spec, initContainers: [...(spec.initContainers ?? []), ...planned] }
      const obstacle = findObstacle(others, container.resources, context.limits ?? NO_LIMITS)
      return obstacle
        ? refused('QuotaForbids', obstacle.message, obstacle.from)
        : allowed('they leave room', 'LimitRanges and ResourceQuotas')
    },
  },
]

const planSidecar = (
  subject: ContainerSubject,
  recipe: SidecarRecipe,
  plan: OpenPlan,
  trace: TraceEntry[],
): Answer['refusal'] => {
  const variables: TraceEntry[] = []
  const sidecar = ebpfSidecar(subject, recipe, plan.initContainers, variables)
  const planned = plan.initContainers
  const refusal = firstRefusal(sidecarRules, { ...subject, sidecar, planned }, trace, subject.container.name)
  if (refusal) return refusal
  trace.push(...variables)
  if (!sidecar.isThere) plan.initContainers.push(sidecar.container)
  if (subject.pod.spec.shareProcessNamespace !== true) plan.sharesProcessNamespace = true
  return undefined
}

/** Puts what the agent needs in one container into the plan, or tells why it cannot be put there. */
export const planContainer = (
  subject: ContainerSubject,
  agent: Agent | undefined,
  plan: OpenPlan,
  trace: TraceEntry[],
): Answer['refusal'] => {
  const recipe = agent && RECIPES[agent]
  if (!recipe) return undefined
  return recipe.delivery === 'files'
    ? planFiles(subject, recipe, plan, trace)
    : planSidecar(subject, recipe, plan, trace)
}
