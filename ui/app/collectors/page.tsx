import type { Metadata } from 'next'
import { CollectorList } from '../../components/pipeline/collector-list.tsx'

export const metadata: Metadata = { title: 'Collectors' }

const CollectorsPage = () => (
  <div className="page">
    <div className="page-head">
      <div className="grow">
        <h1>Collectors</h1>
        <p>What carries the telemetry from the pods to the destinations.</p>
      </div>
    </div>
    <CollectorList />
  </div>
)

export default CollectorsPage
