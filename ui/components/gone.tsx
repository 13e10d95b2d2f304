/** What a page of one thing shows where that thing is not there. */
import Link from 'next/link'
import type { ClusterView } from '../model/view.ts'
import { isReading } from '../model/view.ts'
import type { IconName } from './icon.tsx'
import { Empty, Reading } from './empty.tsx'

interface GoneProps {
  view: ClusterView
  what: 'destination' | 'workload'
}

const PAGES: Record<GoneProps['what'], { icon: IconName; href: string }> = {
  destination: { icon: 'destinations', href: '/destinations' },
  workload: { icon: 'workloads', href: '/workloads' },
}

/** The thing was removed, or the cluster was not read yet. */
export const Gone = ({ view, what }: GoneProps) => (
  <div className="card">
    {isReading(view) ? (
      <Reading />
    ) : (
      <Empty
        icon={PAGES[what].icon}
        title={`There is no such ${what}`}
        action={
          <Link className="button" href={PAGES[what].href}>
            All {what}s
          </Link>
        }
      >
        It was removed. If it appears again, this page shows it by itself.
      </Empty>
    )}
  </div>
)
