import type { Metadata } from 'next'
import { WorkloadList } from '../../components/workloads/workload-list.tsx'

export const metadata: Metadata = { title: 'Workloads' }

const WorkloadsPage = () => (
  <div className="page">
    <div className="page-head">
      <div className="grow">
        <h1>Workloads</h1>
        <p>
          Opt namespaces or individual workloads in or out. The label of a workload takes precedence over that of its
          namespace.
        </p>
      </div>
    </div>
    <WorkloadList />
  </div>
)

export default WorkloadsPage
