import type { Metadata } from 'next'
import { ActionList } from '../../components/pipeline/action-list.tsx'

export const metadata: Metadata = { title: 'Actions' }

const ActionsPage = () => (
  <div className="page">
    <div className="page-head">
      <div className="grow">
        <h1>Actions</h1>
        <p>What samples, drops, masks or changes telemetry on its way, in the order in which it happens.</p>
      </div>
    </div>
    <ActionList />
  </div>
)

export default ActionsPage
