import type { ReactNode } from 'react'

/** IDs of the texts below a control, for aria-describedby. */
export const describedBy = (id: string, shown: { problem?: string | undefined; hint?: string | undefined }) =>
  [shown.problem && `${id}-problem`, shown.hint && `${id}-hint`].filter(Boolean).join(' ') || undefined

interface LabelledProps {
  id: string
  label: string
  hint?: string | undefined
  problem?: string | undefined
  optional?: boolean
  children: ReactNode
}

export const Labelled = ({ id, label, hint, problem, optional, children }: LabelledProps) => (
  <div className="field">
    <label htmlFor={id}>
      {label} {optional && <span className="optional">optional</span>}
    </label>
    {children}
    {problem && (
      <p className="problem" id={`${id}-problem`} role="alert">
        {problem}
      </p>
    )}
    {hint && (
      <p className="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
  </div>
)
