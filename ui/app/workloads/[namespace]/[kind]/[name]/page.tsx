import type { Metadata } from 'next'
import { WorkloadDetail } from '../../../../../components/workloads/workload-detail.tsx'
import { workloadId } from '../../../../../../src/view/view.ts'

interface Props {
  params: Promise<{ namespace: string; kind: string; name: string }>
}

export const generateMetadata = async ({ params }: Props): Promise<Metadata> => ({
  title: decodeURIComponent((await params).name),
})

const WorkloadPage = async ({ params }: Props) => {
  const { namespace, kind, name } = await params
  return (
    <div className="page">
      <WorkloadDetail id={workloadId(namespace, kind, decodeURIComponent(name))} />
    </div>
  )
}

export default WorkloadPage
