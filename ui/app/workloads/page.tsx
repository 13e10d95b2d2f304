import type { Metadata } from 'next'
import { Page } from '../../components/page.tsx'
import { WorkloadList } from '../../components/workloads/workload-list.tsx'

export const metadata: Metadata = { title: 'Workloads' }

const WorkloadsPage = () => (
  <Page
    title="Workloads"
    about="Opt namespaces or individual workloads in or out. The label of a workload takes precedence over that of its namespace."
  >
    <WorkloadList />
  </Page>
)

export default WorkloadsPage
