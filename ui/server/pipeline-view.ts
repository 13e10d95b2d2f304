/** Destinations and collectors, as the browser gets them; pure. */
import type { CollectorsGroup } from '../../src/api/kinds/collectors-group.ts'
import type { Destination } from '../../src/api/kinds/destination.ts'
import type { CollectorsView, DestinationView } from '../model/view.ts'

/** What the view needs of the catalogue: a type's name for people, and which of its fields are secret. */
export interface TypeLookup {
  nameOf: (type: string) => string
  secretFieldsOf: (type: string) => ReadonlySet<string>
}

export const destinationView = ({ metadata, spec, status }: Destination, types: TypeLookup): DestinationView => {
  const secret = types.secretFieldsOf(spec.type)
  return {
    name: metadata.name,
    displayName: spec.displayName ?? metadata.name,
    type: spec.type,
    typeName: types.nameOf(spec.type),
    disabled: spec.disabled ?? false,
    signals: spec.signals,
    // A secret that someone wrote here by mistake does not leave the cluster through us.
    fields: Object.fromEntries(Object.entries(spec.fields ?? {}).filter(([field]) => !secret.has(field))),
    ...(spec.secretRef ? { secretName: spec.secretRef.name } : {}),
    generation: metadata.generation ?? 0,
    conditions: status?.conditions ?? [],
  }
}

export const collectorsView = ({ metadata, spec, status }: CollectorsGroup): CollectorsView => ({
  name: metadata.name,
  role: spec.role,
  signals: spec.signals,
  ready: status?.readyReplicas ?? 0,
  desired: status?.desiredReplicas ?? spec.replicas?.min ?? 0,
  conditions: status?.conditions ?? [],
})
