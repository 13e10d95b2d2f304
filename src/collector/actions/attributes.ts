/** What Actions do to attributes, as statements of the transform processor. */
import type { ClusterInfo } from '../../api/actions/cluster-info.ts'
import { CLUSTER_NAME } from '../../api/actions/cluster-info.ts'
import type { ActionSpec } from '../../api/kinds/action.ts'
import { literal, where } from '../ottl.ts'
import { maskNamed } from './masks.ts'

/** Statements in a context, for telemetry that meets the condition. */
export type Statements = (context: string, condition: string | undefined) => string[]

const attributeOf = (context: string, name: string): string => `${context}.attributes[${literal(name)}]`

export const deleteStatements =
  (names: readonly string[]): Statements =>
  (context, condition) =>
    names.map((name) => where(`delete_key(${context}.attributes, ${literal(name)})`, condition))

export const renameStatements =
  (names: Record<string, string>): Statements =>
  (context, condition) =>
    Object.entries(names).flatMap(([from, to]) => {
      const old = attributeOf(context, from)
      return [
        where(`set(${attributeOf(context, to)}, ${old})`, `${old} != nil`, condition),
        where(`delete_key(${context}.attributes, ${literal(from)})`, condition),
      ]
    })

export const maskStatements =
  ({ attributes, ...what }: NonNullable<ActionSpec['maskAttributes']>): Statements =>
  (context, condition) =>
    maskNamed(context, attributes, what, condition)

/** Of an attribute that is there, the value is replaced only on `overwrite`. */
export const addStatements =
  (added: Record<string, string>, overwrite = false): Statements =>
  (context, condition) =>
    Object.entries(added).map(([name, value]) => {
      const target = attributeOf(context, name)
      return where(`set(${target}, ${literal(value)})`, overwrite ? undefined : `${target} == nil`, condition)
    })

export const clusterStatements = ({ clusterName, attributes, overwrite }: ClusterInfo): Statements =>
  addStatements({ ...attributes, ...(clusterName === undefined ? {} : { [CLUSTER_NAME]: clusterName }) }, overwrite)
