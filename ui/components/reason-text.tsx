import { isReason, REASONS } from '../../src/api/reasons.ts'
import { sentence } from '../model/words.ts'

interface ReasonProps {
  reason: string
  message?: string
  /** Nothing is to be done, whatever the reason suggests in general. */
  isSettled?: boolean
}

/** A reason with what it means and what helps. */
export const ReasonText = ({ reason, message, isSettled = false }: ReasonProps) => {
  const known = isReason(reason) ? REASONS[reason] : undefined
  return (
    <>
      {known && <p>{sentence(known.meaning)}</p>}
      {message && message !== known?.meaning && <p className="muted small break">{message}</p>}
      {known?.remedy && !isSettled && (
        <p className="small">
          <strong>What helps: </strong>
          {sentence(known.remedy)}
        </p>
      )}
    </>
  )
}
