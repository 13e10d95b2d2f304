/** The destination catalogue, as the view and the forms need it. */
import type { Catalogue } from '../destinations/catalogue.ts'
import { catalogue } from '../destinations/catalogue.ts'
import type { CatalogueEntry } from '../destinations/schema.ts'
import type { DestinationType } from '../view/destination-type.ts'
import type { TypeLookup } from '../view/objects/pipeline-view.ts'

/** The part of an entry that the form needs, without its exporter template. */
const destinationType = ({ id, displayName, description, docs, signals, fields }: CatalogueEntry): DestinationType => ({
  type: id,
  name: displayName,
  description,
  docs,
  signals,
  fields,
})

/** All types, sorted by display name. */
export const destinationTypes = (vendors: Catalogue = catalogue): DestinationType[] =>
  [...vendors.values()].map(destinationType).toSorted((a, b) => a.name.localeCompare(b.name))

export const destinationTypeOf = (id: string): DestinationType | undefined => {
  const entry = catalogue.get(id)
  return entry && destinationType(entry)
}

export const typeLookup: TypeLookup = {
  nameOf: (type) => catalogue.get(type)?.displayName ?? type,
  fieldsOf: (type) => catalogue.get(type)?.fields ?? [],
}
