import { CATALOGUE_FILES } from './catalogue.generated.ts'
import type { CatalogueEntry } from './schema.ts'
import { catalogueEntrySchema } from './schema.ts'
import { withTls } from './tls.ts'

/** Catalogue entries by the `type` of a Destination. */
export type Catalogue = ReadonlyMap<string, CatalogueEntry>

/** Validates parsed files, and adds what all types have; throws for an invalid entry. */
export const readCatalogue = (files: readonly unknown[]): Catalogue =>
  new Map(files.map((file) => withTls(catalogueEntrySchema.parse(file))).map((entry) => [entry.id, entry]))

/** All entries, sorted by id. */
export const catalogue = readCatalogue(CATALOGUE_FILES)
