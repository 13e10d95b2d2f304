'use client'
import { objectName } from '../../model/destination-type.ts'
import { Labelled } from './labelled.tsx'

interface NameFieldProps {
  value: string
  problem?: string | undefined
  /** The object is there already, and keeps its name. */
  isFixed: boolean
  onChange: (value: string) => void
}

/** The name for people, with the name that the object gets from it. */
export const NameField = ({ value, problem, isFixed, onChange }: NameFieldProps) => {
  const name = objectName(value)
  const hint = isFixed || name === '' ? undefined : `The object is called ${name}.`
  return (
    <Labelled id="display-name" label="Name" problem={problem} hint={hint}>
      <input
        id="display-name"
        name="displayName"
        className="field-input"
        autoComplete="off"
        aria-invalid={problem !== undefined}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </Labelled>
  )
}
