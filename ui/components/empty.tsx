/** Placeholder where there is no content, or none yet. */
import type { ReactNode } from 'react'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'

interface EmptyProps {
  icon: IconName
  title: string
  children?: ReactNode
  action?: ReactNode
}

export const Empty = ({ icon, title, children, action }: EmptyProps) => (
  <div className="empty">
    <Icon name={icon} size={28} />
    <h2>{title}</h2>
    {children && <p>{children}</p>}
    {action}
  </div>
)

/** Shown where a list is empty only because the server has just started. */
export const Reading = () => (
  <div className="empty" role="status">
    <span className="tone-busy">
      <span className="dot pulse" />
    </span>
    <p>Loading the cluster state…</p>
  </div>
)
