/** Runs of Jobs and CronJobs that fail with an agent, against those without. */
import { isFailedRun, runsOf } from './baseline.ts'
import type { ContainerView, PodView } from '../watch/pod-view.ts'
import type { HarmRule } from './harm.ts'
import { onlySufferer } from './harm.ts'

/** Failed runs after which the agent is the cause: one alone fails for many reasons, also after runs without it that did not. */
const FAILURES = 2

const failedRuns = (pods: readonly PodView[], before: string | undefined): Set<string> =>
  new Set([...pods.filter(isFailedRun).map(({ metadata }) => metadata.name), ...(before ? [before] : [])])

const failedContainers = ({ containers }: PodView): ContainerView[] =>
  containers.filter(({ ended }) => ended && ended.exitCode !== 0)

const endingOf = (pod: PodView): string => {
  const [ended] = failedContainers(pod)
  return ended ? `container ${ended.name} ended with exit code ${ended.ended?.exitCode}` : 'the pod failed'
}

export const runHarm: HarmRule = (pod, { bare, equipped, remembered, runsWith }) => {
  if (!isFailedRun(pod) || equipped.some(({ phase }) => phase === 'Succeeded')) return undefined
  const before = runsWith(pod)
  if (before?.hasSucceeded || (runsOf(bare) ?? remembered?.runs) === 'Failed') return undefined
  if (failedRuns(equipped, before?.failedRun).size < FAILURES) return undefined
  const message = `run ${pod.metadata.name} failed with the agent: ${endingOf(pod)}`
  return { reason: 'RolledBack', message, ...onlySufferer(pod, failedContainers(pod)) }
}
