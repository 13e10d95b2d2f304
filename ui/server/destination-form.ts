/** Checks what a destination form sent, by the rules that the autoscaler renders by; pure. */
import { z } from 'zod'
import type { DestinationSpec } from '../../src/api/kinds/destination.ts'
import { destinationSpec } from '../../src/api/kinds/destination.ts'
import { signalSchema } from '../../src/api/vocabulary.ts'
import { checkFields } from '../../src/destinations/fields.ts'
import type { CatalogueEntry, CatalogueField } from '../../src/destinations/schema.ts'
import type { DestinationInput } from '../model/destination-type.ts'
import { activeFields, objectName } from '../model/destination-type.ts'
import type { Problem } from './problem.ts'
import { badRequest } from './problem.ts'

export const destinationFormSchema = z.object({
  displayName: z.string().trim().max(200),
  type: destinationSpec.shape.type,
  signals: z.array(signalSchema).max(3),
  disabled: z.boolean().default(false),
  fields: destinationSpec.shape.fields,
  secrets: z.record(z.string(), z.string().max(65_536)).default({}),
  cleared: z.array(z.string()).max(100).default([]),
  generation: z.int().min(0).optional(),
})

export interface CheckedForm {
  spec: Omit<DestinationSpec, 'secretRef'>
  /** Values for the Secret, by field. */
  secrets: Record<string, string>
  /** Keys that leave the Secret. */
  cleared: string[]
}

type FieldProblem = [field: string, message: string]

const only = (values: Record<string, string>, fields: readonly CatalogueField[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== '' && fields.some(({ name }) => name === key)),
  )

/** Asks the catalogue's own check for one field at a time, so that its answer can stand at that field. */
const fieldProblem = (
  entry: CatalogueEntry,
  field: CatalogueField,
  given: { spec: CheckedForm['spec']; secretKeys: readonly string[] },
): FieldProblem[] => {
  const { when: _active, ...unconditional } = field
  const spec = { ...given.spec, fields: only(given.spec.fields, [field]) }
  const { problems } = checkFields({ ...entry, fields: [unconditional] }, spec, given.secretKeys)
  return problems.slice(0, 1).map(({ message }) => [`fields.${field.name}`, message])
}

const misplacedFields = (form: DestinationInput, { fields, displayName }: CatalogueEntry): FieldProblem[] => {
  const isSecret = new Map(fields.map(({ name, secret }) => [name, secret]))
  const wrong = [
    ...Object.keys(form.fields).filter((name) => isSecret.get(name) !== false),
    ...[...Object.keys(form.secrets), ...form.cleared].filter((name) => isSecret.get(name) !== true),
  ]
  return wrong.map((name) => [`fields.${name}`, `${displayName} has no such field.`])
}

const signalProblems = (form: DestinationInput, { signals, displayName }: CatalogueEntry): FieldProblem[] => {
  if (form.signals.length === 0) return [['signals', 'Choose at least one signal.']]
  const refused = form.signals.filter((signal) => !signals.includes(signal))
  return refused.length === 0 ? [] : [['signals', `${displayName} does not take ${refused.join(', ')}.`]]
}

const nameProblems = ({ displayName }: DestinationInput): FieldProblem[] =>
  objectName(displayName) === '' ? [['displayName', 'Give it a name, with letters or digits.']] : []

/** The spec and the secret values, or what is wrong with which field. `stored`: secret fields that have a value already. */
export const checkForm = (
  form: DestinationInput,
  entry: CatalogueEntry | undefined,
  stored: readonly string[] = [],
): CheckedForm | Problem => {
  if (entry === undefined) return badRequest('The catalogue has no such destination type.', { type: 'unknown type' })
  const active = activeFields(entry.fields, form.fields)
  const { displayName, disabled, signals } = form
  const spec = { type: entry.id, displayName, disabled, signals, fields: only(form.fields, active) }
  const secrets = only(form.secrets, active)
  const cleared = form.cleared.filter((name) => stored.includes(name) && secrets[name] === undefined)
  const secretKeys = [...stored.filter((name) => !cleared.includes(name)), ...Object.keys(secrets)]
  const problems = [
    ...nameProblems(form),
    ...signalProblems(form, entry),
    ...misplacedFields(form, entry),
    ...active.flatMap((field) => fieldProblem(entry, field, { spec, secretKeys })),
  ]
  return problems.length === 0
    ? { spec, secrets, cleared }
    : badRequest('Some fields need another look.', Object.fromEntries(problems))
}
