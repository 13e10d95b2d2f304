/** A page with its title, what it is about, and what can be done there. */
import type { ReactNode } from 'react'

interface PageProps {
  title: string
  about: string
  action?: ReactNode
  children: ReactNode
}

export const Page = ({ title, about, action, children }: PageProps) => (
  <div className="page">
    <div className="page-head">
      <div className="grow">
        <h1>{title}</h1>
        <p>{about}</p>
      </div>
      {action}
    </div>
    {children}
  </div>
)
