'use client'
/** The form of a destination: made from its catalogue entry, checked by the server, with errors at their fields. */
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import type { FormEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import { destinationManifest } from '../../model/commands.ts'
import type { DestinationForm as FormData, DestinationType } from '../../model/destination-type.ts'
import { activeFields, objectName } from '../../model/destination-type.ts'
import type { DestinationView } from '../../model/view.ts'
import { destinationPath } from '../../model/view.ts'
import type { ActionError } from '../send.ts'
import { send } from '../send.ts'
import { Commands } from '../command.tsx'
import { Icon } from '../icons.tsx'
import { useLive } from '../live.tsx'
import { useNotice } from '../notices.tsx'
import { Labelled } from './field.tsx'
import { FormField } from './form-field.tsx'
import { SignalChoice } from './signal-choice.tsx'

interface FormProps {
  type: DestinationType
  /** The destination that is edited; a new one where absent. */
  current?: DestinationView
  /** Called when something is typed. */
  onChange?: () => void
}

const initialForm = ({ type, current }: FormProps): FormData => ({
  displayName: current?.displayName ?? '',
  type: type.type,
  signals: current?.signals ?? type.signals,
  disabled: current?.disabled ?? false,
  fields: current?.fields ?? {},
  secrets: {},
  cleared: [],
  ...(current ? { generation: current.generation } : {}),
})

const manifestOf = (form: FormData, { type, current }: FormProps, namespace: string): string =>
  destinationManifest({
    name: current?.name ?? (objectName(form.displayName) || 'my-destination'),
    namespace,
    type: type.type,
    ...(form.displayName === '' ? {} : { displayName: form.displayName }),
    signals: form.signals,
    fields: form.fields,
    secretFields: Object.entries(form.secrets).flatMap(([name, value]) => (value === '' ? [] : [name])),
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

/** Sends the form; on success goes to the list with a notice. */
const useSubmit = (form: FormData, { current }: FormProps) => {
  const router = useRouter()
  const notify = useNotice()
  const [error, setError] = useState<ActionError>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const failed = current
      ? await send('PUT', `/api${destinationPath(current.name)}`, form)
      : await send('POST', '/api/destinations', form)
    setBusy(false)
    setError(failed)
    if (failed) return
    notify({ tone: 'good', text: `${form.displayName} is ${current ? 'saved' : 'added'}.` })
    router.push('/destinations')
  }
  return { submit, error, busy }
}

export const DestinationForm = (props: FormProps) => {
  const { type, current } = props
  const [form, setForm] = useState(() => initialForm(props))
  const { systemNamespace } = useLive().view.status
  const { submit, error, busy } = useSubmit(form, props)
  const change = (part: Partial<FormData>): void => {
    props.onChange?.()
    setForm({ ...form, ...part })
  }
  const problems = error?.fields ?? {}
  const name = objectName(form.displayName)
  const element = useRef<HTMLFormElement>(null)
  // The button is at the end of the form, and what is wrong may be out of sight.
  useEffect(() => {
    if (error) (element.current?.querySelector<HTMLElement>('[aria-invalid=true]') ?? element.current)?.focus()
  }, [error])
  return (
    <form
      ref={element}
      tabIndex={-1}
      className="card form card-body"
      onSubmit={(event) => void submit(event)}
      noValidate
    >
      {error && <FormError error={error} />}
      <Labelled
        id="display-name"
        label="Name"
        problem={problems['displayName']}
        hint={current || name === '' ? undefined : `The object is called ${name}.`}
      >
        <input
          id="display-name"
          name="displayName"
          className="field-input"
          autoComplete="off"
          aria-invalid={problems['displayName'] !== undefined}
          value={form.displayName}
          onChange={({ target }) => change({ displayName: target.value })}
        />
      </Labelled>
      <SignalChoice type={type} form={form} problem={problems['signals']} onChange={(signals) => change({ signals })} />
      {activeFields(type.fields, form.fields).map((field) => (
        <FormField
          key={field.name}
          field={field}
          form={form}
          problem={problems[`fields.${field.name}`] ?? problems[`secrets.${field.name}`]}
          isStored={current?.storedSecrets.includes(field.name) ?? false}
          onChange={change}
        />
      ))}
      <label className="check">
        <input
          type="checkbox"
          checked={form.disabled}
          onChange={({ target }) => change({ disabled: target.checked })}
        />
        Switched off: keep the settings, but send nothing
      </label>
      <Commands
        title="The same as a manifest"
        entries={[['kubectl apply -f - and paste', manifestOf(form, props, systemNamespace)]]}
      />
      <div className="form-foot">
        <button className="button primary" type="submit" disabled={busy}>
          {current ? 'Save' : 'Add destination'}
        </button>
        <Link className="button ghost" href="/destinations">
          Cancel
        </Link>
      </div>
    </form>
  )
}
