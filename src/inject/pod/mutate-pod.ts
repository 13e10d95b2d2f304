import type { Container, EnvVar, Pod, Volume, VolumeMount } from '../../api/kubernetes.ts'

/** Additions to one application container. */
export interface ContainerPlan {
  /** The complete environment, with the user's entries in their order. */
  env: EnvVar[]
  mounts: VolumeMount[]
}

/** All additions to a pod. */
export interface InjectionPlan {
  containers: ReadonlyMap<Container, ContainerPlan>
  initContainers: Container[]
  /** Init containers of an earlier admission with what replaces them. */
  refreshed: ReadonlyMap<Container, Container>
  volumes: Volume[]
  pullSecrets: { name: string }[]
  sharesProcessNamespace: boolean
  annotations: Record<string, string>
}

const appended = <Item>(
  field: string,
  existing: readonly Item[] | null | undefined,
  added: readonly Item[],
): Record<string, Item[]> => (added.length === 0 ? {} : { [field]: [...(existing ?? []), ...added] })

const withPlan = (container: Container, { containers }: InjectionPlan): Container => {
  const plan = containers.get(container)
  return plan
    ? { ...container, env: plan.env, ...appended('volumeMounts', container.volumeMounts, plan.mounts) }
    : container
}

/** The pod's init containers, the same list where nothing changes, and those of the plan. */
const initContainersOf = ({ initContainers }: Pod['spec'], { initContainers: added, refreshed }: InjectionPlan) => {
  const isRefreshed = [...refreshed].some(([before, after]) => before !== after)
  const existing = isRefreshed ? initContainers?.map((each) => refreshed.get(each) ?? each) : initContainers
  if (added.length > 0) return { initContainers: [...(existing ?? []), ...added] }
  return isRefreshed && existing ? { initContainers: existing } : {}
}

/** The pod with the plan applied. The original is not modified, and unchanged parts are the same objects. */
export const mutatePod = (pod: Pod, plan: InjectionPlan): Pod => {
  const { spec } = pod
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: { ...pod.metadata?.annotations, ...plan.annotations } },
    spec: {
      ...spec,
      ...initContainersOf(spec, plan),
      ...appended('volumes', spec.volumes, plan.volumes),
      ...appended('imagePullSecrets', spec.imagePullSecrets, plan.pullSecrets),
      ...(plan.sharesProcessNamespace ? { shareProcessNamespace: true } : {}),
      containers: plan.containers.size === 0 ? spec.containers : spec.containers.map((each) => withPlan(each, plan)),
    },
  }
}
