'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { DestinationInput, DestinationType } from '../../model/destination-type.ts'
import type { DestinationView } from '../../model/view.ts'
import { destinationPath } from '../../model/view.ts'
import { useNotice } from '../notices.tsx'
import { send } from '../send.ts'
import { useAction } from '../use-action.ts'

export interface DestinationFormProps {
  type: DestinationType
  /** The destination that is edited; a new one where absent. */
  current?: DestinationView
  /** Called when something is typed. */
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

/** What is typed, and how it is sent; when it is accepted, the list is shown with a notice. */
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
        notify({ tone: 'good', text: `${input.displayName} is ${current ? 'saved' : 'added'}.` })
        router.push('/destinations')
      },
    })
  return { input, change, submit, busy, error }
}
