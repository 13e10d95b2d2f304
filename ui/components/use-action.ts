'use client'
import { useRef, useState } from 'react'
import type { ActionError } from './send.ts'

interface Action {
  /** Resolves to the error if it fails. */
  work: () => Promise<ActionError | undefined>
  onDone: () => void
  onError?: (error: ActionError) => void
}

/** Runs one action at a time and ignores clicks meanwhile. `error` is that of the last action. */
export const useAction = () => {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ActionError>()
  // State would be updated too late for two clicks between two renderings.
  const running = useRef(false)

  const run = async ({ work, onDone, onError }: Action): Promise<void> => {
    if (running.current) return
    running.current = true
    setBusy(true)
    const failed = await work()
    running.current = false
    setBusy(false)
    setError(failed)
    if (failed) onError?.(failed)
    else onDone()
  }
  return { run, busy, error }
}
