/** The two actions on namespaces and workloads: setting the label, and restarting. */
import { z } from 'zod'
import { OPT_LABEL } from '../api/names.ts'
import { OBJECT_NAME } from '../api/vocabulary.ts'
import type { WorkloadKind } from '../api/workload-kinds.ts'
import { isOneOff, WORKLOAD_KINDS } from '../api/workload-kinds.ts'
import { restartPatch } from '../api/workloads.ts'
import { RESOURCES, WORKLOAD_TYPES } from '../kube/resources.ts'
import type { KubeClient, ObjectRef } from '../kube/types.ts'

const TYPES = { Namespace: RESOURCES.namespaces, ...WORKLOAD_TYPES }

/** Non-empty, as z.enum requires. */
type Kinds = [WorkloadKind, ...WorkloadKind[]]
const CHOOSABLE = WORKLOAD_KINDS.map(({ kind }) => kind).filter((kind) => !isOneOff(kind)) as Kinds
const RESTARTABLE = WORKLOAD_KINDS.filter((each) => each.isRestartable).map(({ kind }) => kind) as Kinds

export const nameSchema = z.string().max(253).regex(OBJECT_NAME, 'not a valid Kubernetes name')

const workloadRef = { namespace: nameSchema, name: nameSchema }

export const choiceSchema = z.object({
  target: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('Namespace'), name: nameSchema }),
    z.object({ kind: z.enum(CHOOSABLE), ...workloadRef }),
  ]),
  choice: z.enum(['enabled', 'disabled', 'inherit']),
})

export const restartSchema = z.object({
  target: z.object({
    kind: z.enum(RESTARTABLE, 'this kind cannot be restarted; its next run gets the agent'),
    ...workloadRef,
  }),
})

const refOf = (target: { kind: keyof typeof TYPES; name: string; namespace?: string }): ObjectRef => ({
  type: TYPES[target.kind],
  name: target.name,
  namespace: target.namespace,
})

export type ChoiceRequest = z.infer<typeof choiceSchema>
export type RestartRequest = z.infer<typeof restartSchema>

/** Who writes: the UI or the CLI. */
export interface Writer {
  client: KubeClient
  fieldManager: string
}

/** Sets or removes the label `odigos-instrumentation`, and changes nothing else. */
export const setChoice = async (
  { client, fieldManager }: Writer,
  { target, choice }: ChoiceRequest,
): Promise<object> => {
  const labels = { [OPT_LABEL]: choice === 'inherit' ? null : choice }
  await client.mergePatch(refOf(target), { metadata: { labels } }, { fieldManager })
  return { choice }
}

/** Does what `kubectl rollout restart` does. `now` is an RFC 3339 time. */
export const restart = async (
  { client, fieldManager }: Writer,
  { target }: RestartRequest,
  now: string,
): Promise<object> => {
  await client.mergePatch(refOf(target), restartPatch(now), { fieldManager })
  return { restartedAt: now }
}
