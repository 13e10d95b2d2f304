/** Validates a destination form by the rules that the autoscaler applies; pure. */
import { z } from 'zod'
import type { DestinationSpec } from '../../api/kinds/destination.ts'
import { destinationSpec } from '../../api/kinds/destination.ts'
import { signalSchema } from '../../api/vocabulary.ts'
import { checkFields } from '../../destinations/fields.ts'
import type { CatalogueEntry, CatalogueField } from '../../destinations/schema.ts'
import { secretFaults } from '../../destinations/tls/client-certificate.ts'
import type { DestinationInput } from '../../view/destination-type.ts'
import { activeFields, objectName } from '../../view/destination-type.ts'
import type { Problem } from '../problem.ts'
import { badRequest } from '../problem.ts'

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
  /** Keys to remove from the Secret. */
  cleared: string[]
}

type FieldProblem = [field: string, message: string]

const only = (values: Record<string, string>, fields: readonly CatalogueField[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== '' && fields.some(({ name }) => name === key)),
  )

/** Validates one field at a time, so that each problem can be shown next to its field. */
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

/** What is entered is read once, here; what is stored is not. */
const secretProblems = (secrets: Record<string, string>): FieldProblem[] =>
  Object.entries(secretFaults(Object.entries(secrets))).map(([name, fault]) => [
    `fields.${name}`,
    `The value ${fault}.`,
  ])

const misplacedFields = (form: DestinationInput, { fields, displayName }: CatalogueEntry): FieldProblem[] => {
  const isSecret = new Map(fields.map(({ name, secret }) => [name, secret]))
  const wrong = [
    ...Object.keys(form.fields).filter((name) => isSecret.get(name) !== false),
    ...[...Object.keys(form.secrets), ...form.cleared].filter((name) => isSecret.get(name) !== true),
  ]
  return wrong.map((name) => [`fields.${name}`, `${displayName} has no field of this name.`])
}

const signalProblems = (form: DestinationInput, { signals, displayName }: CatalogueEntry): FieldProblem[] => {
  if (form.signals.length === 0) return [['signals', 'Choose at least one signal.']]
  const refused = form.signals.filter((signal) => !signals.includes(signal))
  return refused.length === 0 ? [] : [['signals', `${displayName} does not support ${refused.join(', ')}.`]]
}

const nameProblems = ({ displayName }: DestinationInput): FieldProblem[] =>
  objectName(displayName) === '' ? [['displayName', 'Enter a name that contains letters or digits.']] : []

/** Returns the spec and the secret values, or the problems by field. `stored`: secret fields that have a stored value. */
export const checkForm = (
  form: DestinationInput,
  entry: CatalogueEntry | undefined,
  stored: readonly string[] = [],
): CheckedForm | Problem => {
  if (entry === undefined) return badRequest('The destination type does not exist.', { type: 'unknown type' })
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
    ...secretProblems(secrets),
  ]
  return problems.length === 0
    ? { spec, secrets, cleared }
    : badRequest('Some fields are invalid.', Object.fromEntries(problems))
}
