import { CATALOGUE_FILES } from './catalogue.generated.ts'
import type { CatalogueEntry } from './schema.ts'
import { catalogueEntrySchema } from './schema.ts'

/** Vendors by the `type` of a Destination. */
export type Catalogue = ReadonlyMap<string, CatalogueEntry>

/** Reads parsed files; throws on one that is no entry. */
export const readCatalogue = (files: readonly unknown[]): Catalogue =>
  new Map(files.map((file) => catalogueEntrySchema.parse(file)).map((entry) => [entry.id, entry]))

/** Every vendor, in the order of the ids. */
export const catalogue = readCatalogue(CATALOGUE_FILES)
