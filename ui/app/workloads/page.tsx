import type { Metadata } from 'next'
import { WorkloadList } from '../../components/workloads/workload-list.tsx'

export const metadata: Metadata = { title: 'Workloads' }

const WorkloadsPage = () => (
  <div className="page">
    <div className="page-head">
      <div className="grow">
        <h1>Workloads</h1>
        <p>Opt namespaces or single workloads in and out. A workload’s own choice wins over its namespace’s.</p>
      </div>
    </div>
    <WorkloadList />
  </div>
)

export default WorkloadsPage
