'use client'
/** Form of a destination: built from its catalogue entry, validated by the server, with errors next to their fields. */
import Link from 'next/link'
import { useEffect, useRef } from 'react'
import { destinationManifest } from '../../../src/view/commands.ts'
import type { DestinationInput } from '../../../src/view/destination-type.ts'
import { activeFields, objectName } from '../../../src/view/destination-type.ts'
import { Commands } from '../command.tsx'
import { Icon } from '../icon.tsx'
import { useLive } from '../live.tsx'
import type { ActionError } from '../send.ts'
import { ConnectionTest } from './connection-test.tsx'
import { FormField } from './form-field.tsx'
import { NameField } from './name-field.tsx'
import { SignalChoice } from './signal-choice.tsx'
import { useConnectionTest } from './use-connection-test.ts'
import type { DestinationFormProps } from './use-destination-form.ts'
import { useDestinationForm } from './use-destination-form.ts'

const manifestOf = (input: DestinationInput, { type, current }: DestinationFormProps, namespace: string): string =>
  destinationManifest({
    name: current?.name ?? (objectName(input.displayName) || 'my-destination'),
    namespace,
    type: type.type,
    ...(input.displayName === '' ? {} : { displayName: input.displayName }),
    signals: input.signals,
    fields: input.fields,
    secretFields: Object.entries(input.secrets).flatMap(([name, value]) => (value === '' ? [] : [name])),
  })

const FormError = ({ error }: { error: ActionError }) => (
  <div className="banner tone-bad" role="alert">
    <Icon name="error" />
    <div className="grow">
      <strong>{error.message}</strong>
      {error.remedy && <p className="small">{error.remedy}</p>}
    </div>
  </div>
)

const Disabled = ({ value, onChange }: { value: boolean; onChange: (value: boolean) => void }) => (
  <label className="check">
    <input type="checkbox" checked={value} onChange={({ target }) => onChange(target.checked)} />
    Disabled: keep the settings, but send no telemetry
  </label>
)

const Foot = ({ isNew, busy }: { isNew: boolean; busy: boolean }) => (
  <div className="form-foot">
    <button className="button primary" type="submit" disabled={busy}>
      {isNew ? 'Add destination' : 'Save'}
    </button>
    <Link className="button ghost" href="/destinations">
      Cancel
    </Link>
  </div>
)

/** Focuses the first invalid field: the button is at the end of the form, and the field may be out of view. */
const useFocusOnError = (error: ActionError | undefined) => {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (error) (form.current?.querySelector<HTMLElement>('[aria-invalid=true]') ?? form.current)?.focus()
  }, [error])
  return form
}

export const DestinationForm = (props: DestinationFormProps) => {
  const { type, current } = props
  const { input, change, submit, busy, ...saving } = useDestinationForm(props)
  const test = useConnectionTest(input, current?.name)
  const error = test.error ?? saving.error
  const { systemNamespace } = useLive().view.status
  const form = useFocusOnError(error)
  const problems = error?.fields ?? {}
  const send = (event: { preventDefault: () => void }): void => {
    event.preventDefault()
    void submit()
  }
  return (
    <form ref={form} tabIndex={-1} className="card form card-body" onSubmit={send} noValidate>
      {error && <FormError error={error} />}
      <NameField
        value={input.displayName}
        problem={problems['displayName']}
        isFixed={current !== undefined}
        onChange={(displayName) => change({ displayName })}
      />
      <SignalChoice
        type={type}
        chosen={input.signals}
        problem={problems['signals']}
        onChange={(signals) => change({ signals })}
      />
      {activeFields(type.fields, input.fields).map((field) => (
        <FormField
          key={field.name}
          field={field}
          input={input}
          problem={problems[`fields.${field.name}`] ?? problems[`secrets.${field.name}`]}
          isStored={current?.storedSecrets.includes(field.name) ?? false}
          onChange={change}
        />
      ))}
      <Disabled value={input.disabled} onChange={(disabled) => change({ disabled })} />
      <Commands
        title="Equivalent manifest"
        entries={[['Apply with kubectl apply -f FILE', manifestOf(input, props, systemNamespace)]]}
      />
      <ConnectionTest test={test} />
      <Foot isNew={current === undefined} busy={busy} />
    </form>
  )
}
