'use client'
import { useRef, useState } from 'react'
import type { ActionError } from './send.ts'

interface Action {
  /** What is done; resolves to the error where it failed. */
  work: () => Promise<ActionError | undefined>
  onDone: () => void
  onError?: (error: ActionError) => void
}

/** Runs one action at a time: a second click while one runs does nothing. `error`: why the last one failed. */
export const useAction = () => {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ActionError>()
  // State would be too late for two clicks between two renderings.
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
