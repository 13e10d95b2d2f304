'use client'
/** A field of the catalogue in the form: where its text belongs, and how a stored secret is taken away again. */
import type { DestinationForm, FormField as CatalogueField } from '../../model/destination-type.ts'
import { Field } from './field.tsx'

interface FormFieldProps {
  field: CatalogueField
  form: DestinationForm
  problem?: string | undefined
  /** Its value is in the Secret already. */
  isStored: boolean
  onChange: (part: Partial<DestinationForm>) => void
}

export const FormField = ({ field, form, problem, isStored, onChange }: FormFieldProps) => {
  const { name, label, required } = field
  const part = field.secret ? 'secrets' : 'fields'
  const isCleared = form.cleared.includes(name)
  const others = form.cleared.filter((each) => each !== name)
  return (
    <>
      <Field
        field={field}
        value={form[part][name] ?? ''}
        problem={problem}
        isStored={isStored && !isCleared}
        onChange={(value) => onChange({ [part]: { ...form[part], [name]: value } })}
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
