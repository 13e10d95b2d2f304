/** A label with a dot in the colour of its tone. */
import type { ReactNode } from 'react'
import type { RowState } from '../../src/view/view.ts'
import type { Tone } from '../../src/view/words.ts'
import { STATES } from '../../src/view/words.ts'

export const Badge = ({ tone, children, title }: { tone: Tone; children: ReactNode; title?: string }) => (
  <span className={`badge tone-${tone}`} title={title}>
    <span className={tone === 'busy' ? 'dot pulse' : 'dot'} />
    {children}
  </span>
)

export const StateBadge = ({ state }: { state: RowState }) => {
  const { tone, label, meaning } = STATES[state]
  return (
    <Badge tone={tone} title={meaning}>
      {label}
    </Badge>
  )
}
