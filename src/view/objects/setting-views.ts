/** Every setting of the OdigosConfig with its value, and whether it was set; pure. */
import { z } from 'zod'
import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import { odigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import { asFields } from '../../api/types/fields.ts'
import type { SettingView } from '../view.ts'

interface Schema {
  type?: string
  description?: string
  default?: unknown
  properties?: Record<string, Schema>
}

interface Leaf {
  path: string[]
  description: string
  default: unknown
}

/** The fields that have no named fields of their own, in the order of the schema. */
const leavesOf = (schema: Schema, path: string[] = []): Leaf[] =>
  schema.properties === undefined
    ? [{ path, description: schema.description ?? '', default: schema.default }]
    : Object.entries(schema.properties).flatMap(([name, field]) => leavesOf(field, [...path, name]))

let known: Leaf[] | undefined
const leaves = (): Leaf[] =>
  (known ??= leavesOf(z.toJSONSchema(odigosConfigSpec, { io: 'input', unrepresentable: 'any' }) as Schema))

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((found, name) => asFields(found)[name], value)

/** As YAML has it in one line; '' where there is none. */
const textOf = (value: unknown): string => {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * `given` is the spec of the object as it is stored; `inEffect` is the last that was valid. A value that is not given is the default, or is
 * derived where there is none.
 */
export const settingViews = (given: unknown, inEffect: OdigosConfigSpec): SettingView[] => {
  return leaves().map(({ path, description, default: fallback }) => ({
    path: path.join('.'),
    value: textOf(valueAt(inEffect, path) ?? fallback),
    default: textOf(fallback),
    isSet: valueAt(given, path) !== undefined,
    description,
  }))
}
