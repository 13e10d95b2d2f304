/** What a new user does first, and how far they came; pure. */
import type { ClusterView } from './view.ts'

export interface FirstStep {
  key: 'choose' | 'destination' | 'restart'
  title: string
  hint: string
  isDone: boolean
}

export const firstSteps = ({ workloads, destinations }: ClusterView): FirstStep[] => {
  const all = Object.values(workloads)
  return [
    {
      key: 'choose',
      title: 'Choose what to instrument',
      hint: 'Opt in a namespace, or single workloads. Nothing changes in a pod before it is restarted.',
      isDone: all.some(({ wanted }) => wanted),
    },
    {
      key: 'destination',
      title: 'Add a destination',
      hint: 'Where traces, metrics and logs go: any backend that takes OTLP, for example.',
      isDone: Object.keys(destinations).length > 0,
    },
    {
      key: 'restart',
      title: 'Restart the workloads',
      hint: 'New pods carry the agent. The button appears here as soon as the language of a workload is known.',
      isDone: all.some(({ state, pods }) => state === 'Instrumented' || (pods?.instrumented ?? 0) > 0),
    },
  ]
}
