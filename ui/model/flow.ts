/** Applications → node collectors → gateways → destinations: a figure and a tone for each; pure. */
import { findCondition } from '../../src/api/conditions.ts'
import type { ClusterView, CollectorsView, DestinationView, WorkloadView } from '../../src/view/view.ts'
import type { Tone } from '../../src/view/words.ts'

export interface FlowStep {
  key: 'applications' | 'node' | 'gateway' | 'destinations'
  title: string
  icon: 'workloads' | 'node' | 'gateway' | 'destinations'
  href: string
  figure: number
  /** Total that the figure is a part of. */
  of: number
  note: string
  tone: Tone
  /** Whether telemetry can pass, as far as the view shows. */
  flows: boolean
}

/** Whether something arrives from the workload: where pods still need a restart, from those that had one. */
const arrives = ({ pods, state, lastSeen }: WorkloadView): boolean =>
  state === 'Instrumented' || (state === 'RestartRequired' && (pods?.instrumented ?? 0) > 0 && lastSeen !== undefined)

const applications = ({ workloads }: ClusterView): FlowStep => {
  const wanted = Object.values(workloads).filter(({ wanted: isWanted }) => isWanted)
  const instrumented = wanted.filter(arrives).length
  const able = wanted.filter(({ state }) => state !== 'NotInstrumented').length
  return {
    key: 'applications',
    title: 'Applications',
    icon: 'workloads',
    href: '/workloads',
    figure: instrumented,
    of: able,
    note: able === 0 ? 'none opted in yet' : 'instrumented',
    tone: able === 0 ? 'quiet' : instrumented === able ? 'good' : 'warn',
    flows: instrumented > 0,
  }
}

const collectorsTone = (ready: number, desired: number): Tone => {
  if (desired === 0) return 'quiet'
  return ready === desired ? 'good' : 'busy'
}

const collectors = (head: Pick<FlowStep, 'key' | 'title' | 'icon'>, groups: CollectorsView[]): FlowStep => {
  const ready = groups.reduce((sum, group) => sum + group.ready, 0)
  const desired = groups.reduce((sum, group) => sum + group.desired, 0)
  return {
    ...head,
    href: '/collectors',
    figure: ready,
    of: desired,
    note:
      groups.length === 0
        ? 'deployed with the first destination'
        : ready === desired && desired > 0
          ? 'ready'
          : 'starting',
    tone: groups.length > 0 && desired === 0 ? 'busy' : collectorsTone(ready, desired),
    flows: ready > 0,
  }
}

/** Tone by the conditions of the current generation: whether the configuration is accepted, and the backend takes the data. */
export const destinationTone = ({ disabled, conditions, generation }: DestinationView): Tone => {
  if (disabled) return 'quiet'
  const current = conditions.filter(({ observedGeneration = generation }) => observedGeneration === generation)
  if (current.some(({ status }) => status === 'False')) return 'bad'
  if (findCondition(current, 'Delivering')?.reason === 'DeliveryUnknown') return 'busy'
  return findCondition(current, 'Accepted')?.status === 'True' ? 'good' : 'busy'
}

const destinationsNote = (tones: readonly Tone[]): string => {
  const bad = tones.filter((tone) => tone === 'bad').length
  if (tones.length === 0) return 'none yet'
  if (bad > 0) return `${bad} ${bad === 1 ? 'needs' : 'need'} attention`
  return tones.includes('busy') ? 'pending' : 'accepted'
}

const destinations = (view: ClusterView): FlowStep => {
  const all = Object.values(view.destinations)
  const active = all.filter(({ disabled }) => !disabled)
  const tones = active.map(destinationTone)
  const good = tones.filter((tone) => tone === 'good').length
  const worst = tones.includes('bad') ? 'bad' : tones.includes('busy') ? 'busy' : 'good'
  return {
    key: 'destinations',
    title: 'Destinations',
    icon: 'destinations',
    href: '/destinations',
    figure: good,
    of: active.length,
    note: destinationsNote(tones),
    tone: active.length === 0 ? 'quiet' : worst,
    flows: good > 0,
  }
}

/** The four steps, in the order of the telemetry flow. */
export const flowOf = (view: ClusterView): FlowStep[] => {
  const groups = Object.values(view.collectors)
  return [
    applications(view),
    collectors(
      { key: 'node', title: 'Node collectors', icon: 'node' },
      groups.filter(({ role }) => role === 'Node'),
    ),
    collectors(
      { key: 'gateway', title: 'Gateways', icon: 'gateway' },
      groups.filter(({ role }) => role === 'Gateway' || role === 'Dedicated'),
    ),
    destinations(view),
  ]
}
