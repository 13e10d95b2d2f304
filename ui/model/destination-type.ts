/** An entry of the destination catalogue as the form needs it. */
import type { Signal } from '../../src/api/vocabulary.ts'
import type { CatalogueField } from '../../src/destinations/schema.ts'
import type { FieldValue } from '../../src/destinations/template.ts'
import { conditionHolds } from '../../src/destinations/template.ts'

export interface DestinationType {
  type: string
  name: string
  description: string
  signals: Signal[]
  fields: CatalogueField[]
}

/** What the form sends. Secret values go this way only, from the browser to the cluster. */
export interface DestinationInput {
  displayName: string
  type: string
  signals: Signal[]
  disabled: boolean
  fields: Record<string, string>
  /** Only those that were typed; an empty one keeps what is stored. */
  secrets: Record<string, string>
  /** Secret fields whose stored value is to go. */
  cleared: string[]
  /** The generation that was edited, so that nobody's change is overwritten unseen. */
  generation?: number | undefined
}

const asValue = (field: CatalogueField, text: string): FieldValue => (field.type === 'boolean' ? text === 'true' : text)

/** The fields that count, given what the others say (their defaults where they are empty). */
export const activeFields = (
  fields: readonly CatalogueField[],
  texts: Readonly<Record<string, string>>,
): CatalogueField[] => {
  const values = new Map<string, FieldValue>()
  return fields.filter((field) => {
    if (field.when !== undefined && !conditionHolds(field.when, values)) return false
    const text = texts[field.name] || field.default || ''
    if (text !== '') values.set(field.name, asValue(field, text))
    return true
  })
}

/** Name of the object for a name for people: what an RFC 1123 label allows, at most 50 characters. */
export const objectName = (displayName: string): string =>
  displayName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')

export const secretName = (destination: string): string => `${destination}-secret`
