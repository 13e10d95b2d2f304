'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { DestinationInput, DestinationType } from '../../../src/view/destination-type.ts'
import type { DestinationView } from '../../../src/view/view.ts'
import { destinationPath } from '../../../src/view/view.ts'
import { useNotice } from '../notices.tsx'
import { send } from '../send.ts'
import { useAction } from '../use-action.ts'

export interface DestinationFormProps {
  type: DestinationType
  /** Destination to edit; absent for a new one. */
  current?: DestinationView
  /** Called on each edit. */
  onChange?: () => void
}

const firstInput = ({ type, current }: DestinationFormProps): DestinationInput => ({
  displayName: current?.displayName ?? '',
  type: type.type,
  signals: current?.signals ?? type.signals,
  disabled: current?.disabled ?? false,
  fields: current?.fields ?? {},
  secrets: {},
  cleared: [],
  ...(current ? { generation: current.generation } : {}),
})

/** State and submission of the form. Once a change is accepted, the list is shown with a notice. */
export const useDestinationForm = (props: DestinationFormProps) => {
  const { current, onChange } = props
  const [input, setInput] = useState(() => firstInput(props))
  const { run, busy, error } = useAction()
  const router = useRouter()
  const notify = useNotice()

  const change = (part: Partial<DestinationInput>): void => {
    onChange?.()
    setInput({ ...input, ...part })
  }
  const submit = (): Promise<void> =>
    run({
      work: () =>
        current ? send('PUT', `/api${destinationPath(current.name)}`, input) : send('POST', '/api/destinations', input),
      onDone: () => {
        notify({ tone: 'good', text: `${input.displayName} was ${current ? 'saved' : 'added'}.` })
        router.push('/destinations')
      },
    })
  return { input, change, submit, busy, error }
}
