import type { Metadata } from 'next'
import Link from 'next/link'
import { DestinationList } from '../../components/destinations/destination-list.tsx'
import { Icon } from '../../components/icon.tsx'
import { Page } from '../../components/page.tsx'

export const metadata: Metadata = { title: 'Destinations' }

const add = (
  <Link className="button primary" href="/destinations/new">
    <Icon name="plus" size={14} />
    Add destination
  </Link>
)

const DestinationsPage = () => (
  <Page title="Destinations" about="Backends that receive traces, metrics and logs." action={add}>
    <DestinationList />
  </Page>
)

export default DestinationsPage
