/** An entry of the destination catalogue as the form needs it. */
import type { Signal } from '../api/vocabulary.ts'
import type { CatalogueField } from '../destinations/schema.ts'
import type { FieldValue } from '../destinations/template.ts'
import { conditionHolds } from '../destinations/template.ts'

export interface DestinationType {
  type: string
  name: string
  description: string
  /** Page of the vendor about what it accepts. */
  docs?: string | undefined
  signals: Signal[]
  fields: CatalogueField[]
}

/** Content of the form. Secret values are only sent from the browser to the cluster, never back. */
export interface DestinationInput {
  displayName: string
  type: string
  signals: Signal[]
  disabled: boolean
  fields: Record<string, string>
  /** Only entered values; an empty one keeps the stored value. */
  secrets: Record<string, string>
  /** Secret fields whose stored value is to be removed. */
  cleared: string[]
  /** The generation that was edited, so that no concurrent change is overwritten. */
  generation?: number | undefined
}

const asValue = (field: CatalogueField, text: string): FieldValue => (field.type === 'boolean' ? text === 'true' : text)

/** The fields whose conditions hold, given the values (or defaults) of the other fields. */
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

/** Object name derived from a display name: an RFC 1123 label of at most 50 characters. */
export const objectName = (displayName: string): string =>
  displayName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')

export const secretName = (destination: string): string => `${destination}-secret`
