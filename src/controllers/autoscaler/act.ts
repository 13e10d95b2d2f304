import type { KubeObject } from '../../api/kubernetes.ts'
import { actionId, idOf } from '../actions/action.ts'
import { createWrites, refOf } from '../actions/writes.ts'
import type { ReconcileResult } from '../../kube/types.ts'
import type { ControllerContext } from '../run-controller.ts'
import { APPLIED_HASH_ANNOTATION } from './owned/object.ts'
import { contentHash } from './owned/view.ts'
import type { ApplyOwned, AutoscalerAction } from './owned/action.ts'
import { FIELD_MANAGER, writeOwned, writeReplicas } from './owned/write.ts'

/** The removal of the object, which the watch reports, is normally sooner. */
const DELETION_AGAIN_MS = 1_000

/** What was applied of an object, and what it was afterwards. */
export interface Applied {
  appliedHash: string
  contentHash: string
  atMs: number
}

export interface AppliedObjects {
  /** By the id of their action. */
  all: () => ReadonlyMap<string, Applied>
}

/** Writes what is decided, and remembers what was applied. */
export const createAct = (options: ControllerContext) => {
  const { client, log, nowMs } = options
  const writes = createWrites({ ...options, fieldManager: FIELD_MANAGER })
  const applied = new Map<string, Applied>()

  const apply = async (action: ApplyOwned): Promise<ReconcileResult> => {
    const { object } = action
    const found = await client.get<KubeObject>(refOf(object))
    const result = await writeOwned(options, object, { found, replicas: action.replicas })
    if (!result) return { againMs: DELETION_AGAIN_MS }
    const appliedHash = object.metadata.annotations?.[APPLIED_HASH_ANNOTATION] ?? ''
    applied.set(idOf(action), { appliedHash, contentHash: contentHash(result), atMs: nowMs() })
    const isSame = found?.metadata.resourceVersion === result.metadata.resourceVersion
    const { kind, metadata } = object
    if (!isSame) log.info({ kind, name: metadata.name, hash: appliedHash }, found ? 'changed' : 'created')
    return undefined
  }

  const act = async (action: AutoscalerAction): Promise<ReconcileResult | void> => {
    switch (action.do) {
      case 'apply':
        return apply(action)
      case 'scale':
        return writeReplicas(options, action.object, action.replicas)
      case 'delete':
        applied.delete(actionId('apply', action.object))
        return writes.delete(action)
      case 'status':
        return writes.status(action)
      case 'event':
        return writes.event(action)
    }
  }
  return { act, applied: { all: () => applied } satisfies AppliedObjects }
}
