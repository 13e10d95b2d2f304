'use client'
/** One field of a destination form, as the catalogue describes it. */
import type { CatalogueField } from '../../../src/destinations/schema.ts'
import { describedBy, Labelled } from './labelled.tsx'

interface FieldProps {
  field: CatalogueField
  value: string
  problem?: string | undefined
  /** A secret value is stored, and is kept if no new value is entered. */
  isStored: boolean
  onChange: (value: string) => void
}

const isLong = ({ type, format }: CatalogueField): boolean => type === 'keyvalue' || format !== undefined

const Checkbox = ({ field, value, problem, onChange }: FieldProps) => (
  <div className="field">
    <label className="check" htmlFor={`field-${field.name}`}>
      <input
        id={`field-${field.name}`}
        name={field.name}
        type="checkbox"
        aria-invalid={problem !== undefined}
        aria-describedby={describedBy(`field-${field.name}`, { problem, hint: field.help })}
        checked={(value || field.default) === 'true'}
        onChange={({ target }) => onChange(String(target.checked))}
      />
      {field.label}
    </label>
    {problem && (
      <p className="problem" id={`field-${field.name}-problem`} role="alert">
        {problem}
      </p>
    )}
    {field.help && (
      <p className="hint" id={`field-${field.name}-hint`}>
        {field.help}
      </p>
    )}
  </div>
)

const STORED = 'stored; enter a new value to replace it'
const SECRET_HINT = 'Stored in a Secret in the cluster, and never displayed again.'

const hintOf = ({ help, secret }: CatalogueField): string | undefined =>
  [help, secret ? SECRET_HINT : undefined].filter(Boolean).join(' ') || undefined

/** Attributes that all controls share. */
const attributesOf = ({ field, problem, isStored }: FieldProps) => {
  const id = `field-${field.name}`
  return {
    id,
    name: field.name,
    className: 'field-input',
    'aria-invalid': problem !== undefined,
    'aria-describedby': describedBy(id, { problem, hint: hintOf(field) }),
    'aria-required': field.required && !isStored,
  }
}

const Select = (props: FieldProps & { options: readonly string[] }) => {
  const { field, value, options, onChange } = props
  return (
    <select
      {...attributesOf(props)}
      value={value || field.default || ''}
      onChange={({ target }) => onChange(target.value)}
    >
      {field.default === undefined && <option value="">—</option>}
      {options.map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  )
}

const Control = (props: FieldProps) => {
  const { field, value, isStored, onChange } = props
  const shared = attributesOf(props)
  if (field.options) return <Select {...props} options={field.options} />
  if (isLong(field)) {
    return (
      <textarea
        {...shared}
        autoComplete="off"
        spellCheck={false}
        placeholder={isStored ? STORED : undefined}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    )
  }
  return (
    <input
      {...shared}
      type={field.secret ? 'password' : 'text'}
      inputMode={field.type === 'number' ? 'decimal' : undefined}
      autoComplete={field.secret ? 'new-password' : 'off'}
      spellCheck={false}
      placeholder={isStored ? STORED : field.default}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}

export const Field = (props: FieldProps) => {
  const { field, problem } = props
  if (field.type === 'boolean') return <Checkbox {...props} />
  return (
    <Labelled
      id={`field-${field.name}`}
      label={field.label}
      hint={hintOf(field)}
      problem={problem}
      optional={!field.required}
    >
      <Control {...props} />
    </Labelled>
  )
}
