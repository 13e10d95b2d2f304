import { CATALOGUE_FILES } from './catalogue.generated.ts'
import type { CatalogueEntry } from './schema.ts'
import { catalogueEntrySchema } from './schema.ts'

/** Every vendor, by the `type` of a Destination, in the order of the ids. */
export const catalogue: ReadonlyMap<string, CatalogueEntry> = new Map(
  CATALOGUE_FILES.map((file) => catalogueEntrySchema.parse(file)).map((entry) => [entry.id, entry]),
)
