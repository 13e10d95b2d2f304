import type { Metadata } from 'next'
import { Page } from '../../components/page.tsx'
import { ActionList } from '../../components/pipeline/action-list.tsx'

export const metadata: Metadata = { title: 'Actions' }

const ActionsPage = () => (
  <Page
    title="Actions"
    about="What samples, drops, masks or changes telemetry on its way, in the order in which it happens."
  >
    <ActionList />
  </Page>
)

export default ActionsPage
