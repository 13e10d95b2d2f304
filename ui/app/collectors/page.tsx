import type { Metadata } from 'next'
import { Page } from '../../components/page.tsx'
import { CollectorList } from '../../components/pipeline/collector-list.tsx'

export const metadata: Metadata = { title: 'Collectors' }

const CollectorsPage = () => (
  <Page title="Collectors" about="What carries the telemetry from the pods to the destinations.">
    <CollectorList />
  </Page>
)

export default CollectorsPage
