import type { Container } from '../api/kubernetes.ts'
import type { AgentSubject, FilesAgent, SidecarAgent } from './agents/agent.ts'
import type { Delivery } from './delivery/files.ts'
import { copyContainer, deliverFiles } from './delivery/files.ts'
import { placeSidecar, sidecarContainer } from './delivery/sidecar.ts'
import { addHook } from './environment/hook.ts'
import { probeCommandsVariable } from './environment/probe-commands.ts'
import { runtimeValueOf } from './environment/runtime-value.ts'
import { addSdkEnvironment } from './environment/sdk-env.ts'
import { addSettings } from './environment/settings-env.ts'
import { isLowered } from './resources/added-resources.ts'
import type { ContainerPlan, InjectionPlan } from './pod/mutate-pod.ts'
import type { TraceEntry } from './types.ts'

/** A plan under construction, extended container by container. */
export interface OpenPlan extends InjectionPlan {
  containers: Map<Container, ContainerPlan>
  refreshed: Map<Container, Container>
}

export const emptyPlan = (): OpenPlan => ({
  containers: new Map(),
  refreshed: new Map(),
  initContainers: [],
  volumes: [],
  pullSecrets: [],
  sharesProcessNamespace: false,
  annotations: {},
})

const hasMount = ({ volumeMounts }: Container, { mount }: Delivery): boolean =>
  (volumeMounts ?? []).some(({ name, mountPath }) => name === mount.name && mountPath === mount.mountPath)

/**
 * Has the copying container of an earlier admission follow what another webhook has lowered since then, as the pod would be
 * scheduled by its resources. It serves the first container with the agent, as when it was added.
 */
const refreshCopy = ({ pod }: AgentSubject<FilesAgent>, { name, resources }: Container, plan: OpenPlan): void => {
  const existing = pod.spec.initContainers?.find((each) => each.name === name)
  if (!existing || plan.refreshed.has(existing)) return
  const { resources: before, ...rest } = existing
  const isLower = isLowered(before, resources)
  plan.refreshed.set(existing, isLower ? { ...rest, ...(resources ? { resources } : {}) } : existing)
}

/** The volume and the copying container, shared by all containers of the pod with the same agent. */
const planDelivery = (subject: AgentSubject<FilesAgent>, delivery: Delivery, plan: OpenPlan): void => {
  if (!delivery.volumeExists && !plan.volumes.some(({ name }) => name === delivery.volume.name)) {
    plan.volumes.push(delivery.volume)
  }
  if (!delivery.volume.emptyDir) return
  const copy = copyContainer(subject, delivery)
  const isPlanned = plan.initContainers.some(({ name }) => name === copy.container.name)
  if (copy.exists) refreshCopy(subject, copy.container, plan)
  else if (!isPlanned) plan.initContainers.push(copy.container)
}

const planFiles = (subject: AgentSubject<FilesAgent>, plan: OpenPlan, trace: TraceEntry[]): void => {
  const { container, decision, agent } = subject
  const hooked = addHook(container.env ?? [], agent.hook, runtimeValueOf(decision, agent.hook.name))
  const told = [...hooked, ...probeCommandsVariable(container)]
  const delivery = deliverFiles(subject)
  plan.containers.set(container, {
    env: addSettings(told, subject, trace),
    mounts: hasMount(container, delivery) ? [] : [delivery.mount],
  })
  planDelivery(subject, delivery, plan)
}

const planSidecar = (subject: AgentSubject<SidecarAgent>, plan: OpenPlan, trace: TraceEntry[]): void => {
  const place = placeSidecar(subject)
  const sidecar = sidecarContainer(subject, place, trace)
  if (!place.exists) plan.initContainers.push(sidecar)
  if (subject.pod.spec.shareProcessNamespace !== true) plan.sharesProcessNamespace = true
}

const planConfiguration = (subject: AgentSubject, plan: OpenPlan, trace: TraceEntry[]): void => {
  const { container } = subject
  plan.containers.set(container, { env: addSdkEnvironment(container.env ?? [], subject, trace), mounts: [] })
}

/** The Secrets that the pod does not name yet; the kubelet passes over those that its namespace does not have. */
const planPullSecrets = ({ pod, context }: AgentSubject, plan: OpenPlan): void => {
  const named = (pod.spec.imagePullSecrets ?? []).map(({ name }) => name)
  plan.pullSecrets = (context.images.pullSecrets ?? [])
    .filter((name) => !named.includes(name))
    .map((name) => ({ name }))
}

/** Adds what the agent needs in one container to the plan; the rules have allowed it. */
export const planContainer = (subject: AgentSubject, plan: OpenPlan, trace: TraceEntry[]): void => {
  const { agent } = subject
  if (agent.delivery === 'configuration') return planConfiguration(subject, plan, trace)
  planPullSecrets(subject, plan)
  if (agent.delivery === 'files') planFiles({ ...subject, agent }, plan, trace)
  else planSidecar({ ...subject, agent }, plan, trace)
}
