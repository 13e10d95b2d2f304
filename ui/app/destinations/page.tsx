import type { Metadata } from 'next'
import Link from 'next/link'
import { DestinationList } from '../../components/destinations/destination-list.tsx'
import { Icon } from '../../components/icon.tsx'

export const metadata: Metadata = { title: 'Destinations' }

const DestinationsPage = () => (
  <div className="page">
    <div className="page-head">
      <div className="grow">
        <h1>Destinations</h1>
        <p>Backends that receive traces, metrics and logs, and the collectors that send to them.</p>
      </div>
      <Link className="button primary" href="/destinations/new">
        <Icon name="plus" size={14} />
        Add destination
      </Link>
    </div>
    <DestinationList />
  </div>
)

export default DestinationsPage
