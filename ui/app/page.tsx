import { Attention } from '../components/overview/attention.tsx'
import { Flow } from '../components/overview/flow.tsx'
import { GettingStarted } from '../components/overview/getting-started.tsx'
import { Summary } from '../components/overview/summary.tsx'

const OverviewPage = () => (
  <div className="page">
    <div className="page-head">
      <div className="grow">
        <h1>Overview</h1>
        <p>Telemetry flow of this cluster, and what needs attention.</p>
      </div>
    </div>
    <Flow />
    <GettingStarted />
    <div className="columns">
      <Attention />
      <Summary />
    </div>
  </div>
)

export default OverviewPage
