import type { z } from 'zod'
import type { KubeObject } from '../kubernetes.ts'

/** A column of `kubectl get`; `priority` 1 shows it only with `-o wide`. */
export interface PrinterColumn {
  name: string
  type: 'string' | 'integer' | 'boolean' | 'date'
  jsonPath: string
  description: string
  priority?: number
}

/** A rule in the Common Expression Language over the whole object. */
export interface ValidationRule {
  rule: string
  message: string
}

/** Definition of one of our kinds, from which its CRD, type and validation follow. */
export interface KindDefinition<
  Key extends string = string,
  Spec extends z.ZodType = z.ZodType,
  Status extends z.ZodType = z.ZodType,
> {
  /** Its key among the types of resources (RESOURCES in src/kube/resources.ts). */
  key: Key
  kind: string
  plural: string
  shortNames: string[]
  description: string
  spec: Spec
  status: Status
  columns: PrinterColumn[]
  validations?: ValidationRule[]
}

/** An object of one of our kinds. */
export interface Resource<Spec, Status> extends KubeObject {
  metadata: KubeObject['metadata'] & { namespace: string }
  spec: Spec
  status?: Status
}

/** Keeps the schema types of a definition. */
export const defineKind = <Key extends string, Spec extends z.ZodType, Status extends z.ZodType>(
  definition: KindDefinition<Key, Spec, Status>,
): KindDefinition<Key, Spec, Status> => definition

export const AGE_COLUMN: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Time since the object was created.',
}

/** Column that shows one field of the condition of a type. */
export const conditionColumn = (name: string, type: string, field: 'status' | 'reason' | 'message'): PrinterColumn => ({
  name,
  type: 'string',
  jsonPath: `.status.conditions[?(@.type=="${type}")].${field}`,
  description: `${field[0]?.toUpperCase()}${field.slice(1)} of the condition ${type}.`,
  ...(field === 'message' ? { priority: 1 } : {}),
})
