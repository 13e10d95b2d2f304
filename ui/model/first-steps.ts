/** First steps of a new user, and their progress; pure. */
import type { ClusterView } from '../../src/view/view.ts'

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
      hint: 'Opt in a namespace or individual workloads. Running pods do not change until they are restarted.',
      isDone: all.some(({ wanted }) => wanted),
    },
    {
      key: 'destination',
      title: 'Add a destination',
      hint: 'The backend that receives traces, metrics and logs: any that accepts OTLP, for example.',
      isDone: Object.keys(destinations).length > 0,
    },
    {
      key: 'restart',
      title: 'Restart the workloads',
      hint: 'New pods get the agent. The button appears under “Needs attention” as soon as a workload requires a restart.',
      isDone: all.some(({ state, pods }) => state === 'Instrumented' || (pods?.instrumented ?? 0) > 0),
    },
  ]
}
