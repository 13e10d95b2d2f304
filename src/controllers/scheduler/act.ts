import type { KubeObject } from '../../api/kubernetes.ts'
import { isConflict } from '../../kube/http/error.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Action, ApplyAction } from '../actions/action.ts'
import { assertOurs, createWrites, refOf, typeOf } from '../actions/writes.ts'
import type { ControllerContext } from '../run-controller.ts'

/** Owner of the fields that the scheduler writes. */
export const FIELD_MANAGER = 'odigos-scheduler'

/** Writes what is decided. */
export const createAct = (options: ControllerContext) => {
  const { client, log } = options
  const writes = createWrites({ ...options, fieldManager: FIELD_MANAGER })

  /** Only the pipeline is ours; the uid prevents an object that was deleted in the meantime from being created again. */
  const assign = async (object: KubeObject): Promise<void> => {
    const { namespace, name } = object.metadata
    try {
      await client.apply(RESOURCES.instrumentationConfigs, object, { fieldManager: FIELD_MANAGER })
      log.info({ namespace, name, spec: object['spec'] }, 'pipeline assigned')
    } catch (error) {
      // Deleted in the meantime; the watch reports it.
      if (!isConflict(error)) throw error
    }
  }

  const apply = async ({ object }: ApplyAction): Promise<void> => {
    if (object.kind === 'InstrumentationConfig') return assign(object)
    const found = await client.get<KubeObject>(refOf(object))
    if (found) assertOurs(found)
    await client.apply(typeOf(object), object, { fieldManager: FIELD_MANAGER, force: found !== undefined })
    log.info({ name: object.metadata.name, spec: object['spec'] }, 'CollectorsGroup applied')
  }

  return async (action: Action): Promise<void> => {
    switch (action.do) {
      case 'apply':
        return apply(action)
      case 'delete':
        return writes.delete(action)
      case 'status':
        return writes.status(action)
      case 'event':
        return writes.event(action)
    }
  }
}
