/** The pod with which admission is tried: as the controller of a workload would create it. Pure. */
import type { KubeObject, OwnerReference, Pod } from '../../api/kubernetes.ts'
import { INJECTION_ANNOTATION, INJECTION_HASH_ANNOTATION, OPT_LABEL } from '../../api/names.ts'
import type { WorkloadKindDefinition } from '../../api/workload-kinds.ts'
import { podTemplateOf, workloadKind } from '../../api/workload-kinds.ts'
import { controllerFields, REVISION } from './controller-fields.ts'

/** In place of the minute for which a CronJob starts a Job. */
const RUN = '29000000'

/**
 * What controls the pod: the workload, or what is between them. `blockOwnerDeletion` is left out, because a cluster with
 * the admission plugin OwnerReferencesPermissionEnforcement grants it only to who may change finalizers of the owner.
 */
const controllerOf = (
  { apiVersion, kind, metadata: { name, uid = '' } }: KubeObject,
  { owner }: WorkloadKindDefinition,
): OwnerReference => {
  if (owner.by === 'reference') return { apiVersion, kind, name, uid, controller: true }
  const between = owner.by === 'template-hash' ? REVISION : RUN
  const { apiVersion: version, kind: through } = owner.through
  return { apiVersion: version, kind: through, name: `${name}-${between}`, uid, controller: true }
}

const withoutMarks = (annotations: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(annotations).filter(([key]) => key !== INJECTION_ANNOTATION && key !== INJECTION_HASH_ANNOTATION),
  )

/** A pod of the workload; undefined where it has no template. */
export const trialPod = (object: KubeObject): Pod | undefined => {
  const definition = workloadKind(object.kind)
  const template = podTemplateOf(object)
  if (!definition || !template) return undefined
  const controller = controllerOf(object, definition)
  const fields = controllerFields(object, template.spec, controller)
  const hash = definition.owner.by === 'template-hash' ? { [definition.owner.label]: REVISION } : {}
  const { labels, annotations, finalizers } = template.metadata ?? {}
  const allFinalizers = [...((finalizers ?? []) as string[]), ...(fields.finalizers ?? [])]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${controller.name}-`,
      namespace: object.metadata.namespace ?? '',
      labels: { ...labels, ...hash, ...fields.labels },
      // Only the webhook's own mark counts.
      annotations: withoutMarks(annotations),
      ...(allFinalizers.length > 0 ? { finalizers: allFinalizers } : {}),
      ownerReferences: [controller],
    },
    spec: { ...template.spec, ...fields.spec },
  }
}

/** The same pod without what the webhook adds: its label opts it out. */
export const withoutAgent = (pod: Pod): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, labels: { ...pod.metadata?.labels, [OPT_LABEL]: 'disabled' } },
})
