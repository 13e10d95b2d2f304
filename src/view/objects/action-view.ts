import { stringify } from 'yaml'
import type { Action } from '../../api/kinds/action.ts'
import { isOfTraces } from '../../api/actions/action-types.ts'
import { API_GROUP_VERSION } from '../../api/names.ts'
import type { ActionView } from '../view.ts'

/** The object as it could be applied, without what the API server adds. */
const manifestOf = ({ metadata: { name, namespace }, spec }: Action): string =>
  stringify({ apiVersion: API_GROUP_VERSION, kind: 'Action', metadata: { name, namespace }, spec }).trimEnd()

export const actionView = (action: Action): ActionView => {
  const { metadata, spec, status } = action
  return {
    name: metadata.name,
    displayName: spec.displayName ?? metadata.name,
    type: spec.type,
    signals: isOfTraces(spec) ? ['traces'] : (spec.signals ?? []),
    mode: spec.disabled ? 'Disabled' : (spec.mode ?? 'Enforce'),
    ...(status?.dryRun ? { dryRun: status.dryRun } : {}),
    manifest: manifestOf(action),
    conditions: status?.conditions ?? [],
  }
}
