'use client'
/** Page of one workload: state, reasons, evidence and actions. */
import Link from 'next/link'
import { isRolledBack } from '../../../src/view/attention/held.ts'
import { isRestartable } from '../../../src/view/attention/restart.ts'
import {
  choiceCommand,
  inspectCommand,
  receiptTarget,
  restartCommand,
  targetOf,
  tryAgainCommand,
} from '../../../src/view/commands.ts'
import type { PodCounts, WorkloadView } from '../../../src/view/view.ts'
import { STATES } from '../../../src/view/words.ts'
import { useInstrumentation } from '../use-instrumentation.ts'
import { Commands } from '../command.tsx'
import { Conditions } from '../conditions.tsx'
import type { Fact } from '../facts.tsx'
import { Facts } from '../facts.tsx'
import { Gone } from '../gone.tsx'
import { useLive } from '../live.tsx'
import { StateBadge } from '../badge.tsx'
import { RestartWorkload } from './restart-workload.tsx'
import { WorkloadSwitch } from './switches.tsx'
import { ContainerCard } from './container-card.tsx'
import { ReceiptCard } from '../receipt.tsx'
import { TelemetryCard } from './telemetry-card.tsx'
import { WayCard } from './way-card.tsx'

const DECIDERS: Record<WorkloadView['decidedBy'], string> = {
  workload: 'the label of the workload',
  namespace: 'the label of its namespace',
  mode: 'the mode of the installation',
  ignored: 'the list of ignored namespaces',
}

const podFacts = ({ total, instrumented, outdated, missed }: PodCounts): Fact[] => [
  ['Pods with the agent', `${instrumented} of ${total}`],
  ['Outdated pods', outdated > 0 ? String(outdated) : undefined],
  ['Pods created without the agent', missed > 0 ? String(missed) : undefined],
]

const factsOf = ({ wanted, decidedBy, pipeline, pods, serviceName, replicas }: WorkloadView): Fact[] => [
  ['Opted in', `${wanted ? 'yes' : 'no'}, by ${DECIDERS[decidedBy]}`],
  ['Service name', serviceName],
  ['Pipeline', pipeline?.collectorsGroup ?? 'none yet'],
  ['Signals', pipeline?.signals.join(', ')],
  ...(pods ? podFacts(pods) : []),
  ['Replicas', replicas?.toString()],
]

const ClearChoice = ({ workload }: { workload: WorkloadView }) => {
  const { choose, busy } = useInstrumentation()
  if (workload.choice === 'inherit') return null
  const target = targetOf(workload)
  return (
    <button
      className="button ghost small"
      type="button"
      disabled={busy}
      title={choiceCommand(target, 'inherit')}
      onClick={() => void choose(target, 'inherit')}
    >
      Follow the namespace
    </button>
  )
}

const Head = ({ workload }: { workload: WorkloadView }) => (
  <div className="page-head">
    <div className="grow">
      <p className="crumbs">
        <Link href="/workloads">Workloads</Link> / {workload.namespace} / {workload.kind}
      </p>
      <h1 className="break">{workload.name}</h1>
    </div>
    <div className="row">
      <ClearChoice workload={workload} />
      {isRestartable(workload.kind) && <RestartWorkload workload={workload} />}
      <span className="switch-label">
        Instrument
        <WorkloadSwitch workload={workload} />
      </span>
    </div>
  </div>
)

const commandsOf = (workload: WorkloadView): [string, string][] => {
  const target = targetOf(workload)
  return [
    ['Opt in', choiceCommand(target, 'enabled')],
    ['Opt out', choiceCommand(target, 'disabled')],
    ['Follow the namespace', choiceCommand(target, 'inherit')],
    ...(isRestartable(workload.kind) ? [['Restart', restartCommand(target)] as [string, string]] : []),
    ...(isRolledBack(workload) ? [['Instrument again', tryAgainCommand(workload)] as [string, string]] : []),
    ['Show the decision', inspectCommand(workload)],
  ]
}

export const WorkloadDetail = ({ id }: { id: string }) => {
  const { view } = useLive()
  const workload = Object.values(view.workloads).find((each) => each.id.toLowerCase() === id.toLowerCase())
  if (!workload) return <Gone view={view} what="workload" />
  return (
    <>
      <Head workload={workload} />
      <section className="card" aria-label="State">
        <div className="card-head" data-state={workload.state}>
          <StateBadge state={workload.state} />
          <span className="muted">{STATES[workload.state].meaning}</span>
        </div>
        <div className="card-body stack">
          <Facts facts={factsOf(workload)} />
          <Commands entries={commandsOf(workload)} />
        </div>
      </section>
      <WayCard workload={workload} />
      <TelemetryCard workload={workload} />
      <ReceiptCard target={receiptTarget(workload)} />
      {workload.containers.map((container) => (
        <ContainerCard key={container.name} container={container} />
      ))}
      <Conditions conditions={workload.conditions} />
    </>
  )
}
