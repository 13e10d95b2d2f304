import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { catalogueModule } from '../../../scripts/generate-catalogue.ts'
import type { DestinationSpec } from '../../../src/api/kinds/destination.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import { CATALOGUE_FILES } from '../../../src/destinations/catalogue.generated.ts'
import { renderEntry } from '../../../src/destinations/render.ts'
import type { CatalogueEntry } from '../../../src/destinations/schema.ts'
import { catalogueEntrySchema } from '../../../src/destinations/schema.ts'

const folder = join(import.meta.dirname, '../../../src/destinations/catalogue')

type Case = CatalogueEntry['tests'][number]

const specOf = (entry: CatalogueEntry, { fields, signals, secretKeys }: Case): DestinationSpec => ({
  type: entry.id,
  signals: signals ?? entry.signals,
  fields,
  disabled: false,
  ...(secretKeys ? { secretRef: { name: 'example-secret' } } : {}),
})

const runCase = (entry: CatalogueEntry, test: Case): void => {
  const rendered = renderEntry(entry, { name: 'example', spec: specOf(entry, test) }, test.secretKeys)
  assert.deepEqual(
    rendered.problems.map(({ reason }) => reason),
    test.problems ?? [],
  )
  const exporters = Object.fromEntries(rendered.exporters.map(({ id, config }) => [id, config]))
  assert.deepEqual(exporters, test.exporters ?? {})
  assert.deepEqual(rendered.extensions, test.extensions ?? {})
  assert.deepEqual(rendered.resource, test.resource)
}

describe('destination catalogue', () => {
  it('holds every file, under the id that is its name', () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.yaml$/, ''))
    assert.deepEqual([...catalogue.keys()].sort(), files.sort())
  })

  it('is generated from the files as they are', async () => {
    const module = (await import(
      `data:text/javascript,${encodeURIComponent(catalogueModule().replace(/: readonly unknown\[\]/, ''))}`
    )) as {
      CATALOGUE_FILES: unknown
    }
    assert.deepEqual(module.CATALOGUE_FILES, CATALOGUE_FILES)
  })

  it('refuses a template that names a field which is not there', () => {
    const [file] = CATALOGUE_FILES as CatalogueEntry[]
    const result = catalogueEntrySchema.safeParse({ ...file, exporters: [{ type: 'x', config: { a: '{{nothing}}' } }] })
    assert.match(result.error?.message ?? '', /nothing/)
  })

  for (const entry of catalogue.values())
    describe(entry.id, () => {
      it('has tests', () =>
        assert.ok(entry.tests.length > 0, `Add a list \`tests\` to src/destinations/catalogue/${entry.id}.yaml`))
      for (const test of entry.tests) it(test.name, () => runCase(entry, test))
    })
})
