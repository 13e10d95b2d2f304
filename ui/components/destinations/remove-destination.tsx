'use client'
/** Deletes a destination after confirmation. */
import { useRouter } from 'next/navigation'
import { useRef } from 'react'
import { deleteDestinationCommand } from '../../../src/view/commands.ts'
import type { DestinationView } from '../../../src/view/view.ts'
import { destinationPath } from '../../../src/view/view.ts'
import { Command } from '../command.tsx'
import { useLive } from '../live.tsx'
import { useNotice } from '../notices.tsx'
import { send } from '../send.ts'
import { useAction } from '../use-action.ts'

export const RemoveDestination = ({ destination }: { destination: DestinationView }) => {
  const { name, displayName, secretName } = destination
  const dialog = useRef<HTMLDialogElement>(null)
  const router = useRouter()
  const notify = useNotice()
  const { systemNamespace } = useLive().view.status
  // The error is shown in the dialog: a notice would be behind it, where it can be neither read nor closed.
  const { run, busy, error } = useAction()
  const command = deleteDestinationCommand(name, systemNamespace)

  const remove = (): Promise<void> =>
    run({
      work: () => send('DELETE', `/api${destinationPath(name)}`),
      onDone: () => {
        dialog.current?.close()
        notify({ tone: 'good', text: `${displayName} was deleted.`, command })
        router.push('/destinations')
      },
    })
  return (
    <>
      <button className="button small danger" type="button" onClick={() => dialog.current?.showModal()}>
        Delete
      </button>
      <dialog ref={dialog} aria-labelledby={`remove-${name}`}>
        <div className="dialog-body">
          <h2 id={`remove-${name}`}>Delete {displayName}?</h2>
          <p className="muted">
            Odigos stops sending telemetry to this destination.{' '}
            {secretName && `The Secret ${secretName} is deleted with it if the UI created it. `}
            Other destinations are not affected. Collectors are removed with the last destination.
          </p>
          <Command text={command} />
          {error && (
            <p className="reason tone-bad" role="alert">
              <strong>{error.message}</strong> {error.remedy}
            </p>
          )}
          <div className="dialog-foot">
            <button className="button" type="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button className="button danger" type="button" disabled={busy} onClick={() => void remove()}>
              Delete {displayName}
            </button>
          </div>
        </div>
      </dialog>
    </>
  )
}
