'use client'
/** A field of the catalogue in the form: where its value is kept, and how a stored secret is removed. */
import type { CatalogueField } from '../../../src/destinations/schema.ts'
import type { DestinationInput } from '../../../src/view/destination-type.ts'
import { Field } from './field.tsx'

interface FormFieldProps {
  field: CatalogueField
  input: DestinationInput
  problem?: string | undefined
  /** Its value is stored in the Secret. */
  isStored: boolean
  onChange: (part: Partial<DestinationInput>) => void
}

export const FormField = ({ field, input, problem, isStored, onChange }: FormFieldProps) => {
  const { name, label, required } = field
  const part = field.secret ? 'secrets' : 'fields'
  const isCleared = input.cleared.includes(name)
  const others = input.cleared.filter((each) => each !== name)
  return (
    <>
      <Field
        field={field}
        value={input[part][name] ?? ''}
        problem={problem}
        isStored={isStored && !isCleared}
        onChange={(value) => onChange({ [part]: { ...input[part], [name]: value } })}
      />
      {isStored && !required && (
        <label className="check">
          <input
            type="checkbox"
            name={`clear-${name}`}
            checked={isCleared}
            onChange={({ target }) => onChange({ cleared: target.checked ? [...others, name] : others })}
          />
          Remove the stored value: {label}
        </label>
      )}
    </>
  )
}
