import { isReason, REASONS } from '../../src/api/reasons.ts'
import { sentence } from '../../src/view/words.ts'

interface ReasonProps {
  reason: string
  message?: string
  /** No action is required, so the remedy is omitted. */
  isSettled?: boolean
}

/** Meaning and remedy of a reason. */
export const ReasonText = ({ reason, message, isSettled = false }: ReasonProps) => {
  const known = isReason(reason) ? REASONS[reason] : undefined
  return (
    <>
      {known && <p>{sentence(known.meaning)}</p>}
      {message && message !== known?.meaning && <p className="muted small break">{message}</p>}
      {known?.remedy && !isSettled && (
        <p className="small">
          <strong>Remedy: </strong>
          {sentence(known.remedy)}
        </p>
      )}
    </>
  )
}
