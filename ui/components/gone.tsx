/** Shown instead of a page whose object does not exist. */
import Link from 'next/link'
import type { ClusterView } from '../../src/view/view.ts'
import { isReading } from '../../src/view/view.ts'
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

/** The object was deleted, or the lists have not been loaded yet. */
export const Gone = ({ view, what }: GoneProps) => (
  <div className="card">
    {isReading(view) ? (
      <Reading />
    ) : (
      <Empty
        icon={PAGES[what].icon}
        title={`This ${what} does not exist`}
        action={
          <Link className="button" href={PAGES[what].href}>
            All {what}s
          </Link>
        }
      >
        It may have been deleted. If it is created again, this page shows it automatically.
      </Empty>
    )}
  </div>
)
