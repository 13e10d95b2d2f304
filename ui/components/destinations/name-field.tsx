'use client'
import { objectName } from '../../../src/view/destination-type.ts'
import { Labelled } from './labelled.tsx'

interface NameFieldProps {
  value: string
  problem?: string | undefined
  /** The object exists, and keeps its name. */
  isFixed: boolean
  onChange: (value: string) => void
}

/** Display name, with the object name that is derived from it. */
export const NameField = ({ value, problem, isFixed, onChange }: NameFieldProps) => {
  const name = objectName(value)
  const hint = isFixed || name === '' ? undefined : `The Destination is named ${name}.`
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
