import type { Container } from '../api/kubernetes.ts'
import type { AgentSubject, FilesAgent, SidecarAgent } from './agents/agent.ts'
import type { Delivery } from './delivery/files.ts'
import { copyContainer, deliverFiles } from './delivery/files.ts'
import { placeSidecar, sidecarContainer } from './delivery/sidecar.ts'
import { addHook } from './environment/hook.ts'
import { runtimeValueOf } from './environment/runtime-value.ts'
import { addSdkEnvironment } from './environment/sdk-env.ts'
import type { ContainerPlan, InjectionPlan } from './pod/mutate-pod.ts'
import type { TraceEntry } from './types.ts'

/** A plan under construction, extended container by container. */
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

const hasMount = ({ volumeMounts }: Container, { mount }: Delivery): boolean =>
  (volumeMounts ?? []).some(({ name, mountPath }) => name === mount.name && mountPath === mount.mountPath)

/** The volume and the copying container, shared by all containers of the pod with the same agent. */
const planDelivery = (subject: AgentSubject<FilesAgent>, delivery: Delivery, plan: OpenPlan): void => {
  if (!delivery.volumeExists && !plan.volumes.some(({ name }) => name === delivery.volume.name)) {
    plan.volumes.push(delivery.volume)
  }
  if (!delivery.volume.emptyDir) return
  const copy = copyContainer(subject, delivery)
  const isPlanned = plan.initContainers.some(({ name }) => name === copy.container.name)
  if (!copy.exists && !isPlanned) plan.initContainers.push(copy.container)
}

const planFiles = (subject: AgentSubject<FilesAgent>, plan: OpenPlan, trace: TraceEntry[]): void => {
  const { container, decision, agent } = subject
  const hooked = addHook(container.env ?? [], agent.hook, runtimeValueOf(decision, agent.hook.name))
  const delivery = deliverFiles(subject)
  plan.containers.set(container, {
    env: addSdkEnvironment(hooked, subject, trace),
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

/** Adds what the agent needs in one container to the plan; the rules have allowed it. */
export const planContainer = (subject: AgentSubject, plan: OpenPlan, trace: TraceEntry[]): void => {
  const { agent } = subject
  if (agent.delivery === 'files') planFiles({ ...subject, agent }, plan, trace)
  else planSidecar({ ...subject, agent }, plan, trace)
}
