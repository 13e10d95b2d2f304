import type { KubeObject } from '../../api/kubernetes.ts'
import { actionId, idOf } from '../actions/action.ts'
import { createWrites, refOf } from '../actions/writes.ts'
import type { ControllerContext } from '../run-controller.ts'
import { APPLIED_HASH_ANNOTATION } from './owned/object.ts'
import { contentHash } from './owned/view.ts'
import type { ApplyOwned, AutoscalerAction } from './owned/action.ts'
import { FIELD_MANAGER, writeOwned } from './owned/write.ts'

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

  const apply = async (action: ApplyOwned): Promise<void> => {
    const { object } = action
    const found = await client.get<KubeObject>(refOf(object))
    const result = await writeOwned(options, object, { found, replicas: action.replicas })
    const appliedHash = object.metadata.annotations?.[APPLIED_HASH_ANNOTATION] ?? ''
    applied.set(idOf(action), { appliedHash, contentHash: contentHash(result), atMs: nowMs() })
    if (found?.metadata.resourceVersion === result.metadata.resourceVersion) return
    const { kind, metadata } = object
    log.info({ kind, name: metadata.name, hash: appliedHash }, found ? 'changed' : 'created')
  }

  const act = async (action: AutoscalerAction): Promise<void> => {
    switch (action.do) {
      case 'apply':
        return apply(action)
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
