/** Views of Destinations and collectors for the browser; pure. */
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import type { CollectorsView, DestinationView } from '../view.ts'
import { sourcesText } from './sources-text.ts'
import { storedFields } from './stored-secrets.ts'

/** The part of the catalogue that the view needs: display name and fields of a type; no fields of an unknown type. */
export interface TypeLookup {
  nameOf: (type: string) => string
  fieldsOf: (type: string) => readonly { name: string; secret: boolean }[]
}

/** Only fields that the catalogue declares as not secret leave the cluster: an unknown name may be a misspelt password. */
const plainFields = (spec: Destination['spec'], fields: ReturnType<TypeLookup['fieldsOf']>): Record<string, string> => {
  const plain = new Set(fields.filter(({ secret }) => !secret).map(({ name }) => name))
  return Object.fromEntries(Object.entries(spec.fields ?? {}).filter(([name]) => plain.has(name)))
}

export const destinationView = ({ metadata, spec, status }: Destination, types: TypeLookup): DestinationView => {
  const fields = types.fieldsOf(spec.type)
  const sources = sourcesText(spec.sources)
  return {
    name: metadata.name,
    displayName: spec.displayName ?? metadata.name,
    type: spec.type,
    typeName: types.nameOf(spec.type),
    disabled: spec.disabled ?? false,
    signals: spec.signals,
    ...(sources === '' ? {} : { sources }),
    fields: plainFields(spec, fields),
    ...(spec.secretRef ? { secretName: spec.secretRef.name } : {}),
    storedSecrets: storedFields({ metadata, spec }, fields),
    generation: metadata.generation ?? 0,
    ...(status?.delivery ? { delivery: status.delivery } : {}),
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
