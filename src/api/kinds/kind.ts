import type { z } from 'zod'
import type { Metadata } from '../kubernetes.ts'

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

/** All that there is to know about one of our kinds; its CRD, type and validation come from here. */
export interface KindDefinition<Spec extends z.ZodType = z.ZodType, Status extends z.ZodType = z.ZodType> {
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
export interface Resource<Spec, Status> {
  apiVersion: string
  kind: string
  metadata: Metadata & { name: string; namespace: string }
  spec: Spec
  status?: Status
}

/** Keeps the schema types of a definition. */
export const defineKind = <Spec extends z.ZodType, Status extends z.ZodType>(
  definition: KindDefinition<Spec, Status>,
): KindDefinition<Spec, Status> => definition

export const AGE_COLUMN: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Time since creation.',
}

/** Column that shows one field of the condition of a type. */
export const conditionColumn = (name: string, type: string, field: 'status' | 'reason' | 'message'): PrinterColumn => ({
  name,
  type: 'string',
  jsonPath: `.status.conditions[?(@.type=="${type}")].${field}`,
  description: `${field} of the condition ${type}.`,
  ...(field === 'message' ? { priority: 1 } : {}),
})
