/** Whether the API server refuses pods because of an agent. Pure. */
import { AGENT_MOUNT_ROOT } from '../../../api/names.ts'
import { trialFinding } from '../trial/finding.ts'
import { injectedHash, isAlive, hasAgent } from '../watch/pod-view.ts'
import type { Refusal } from '../watch/workload-view.ts'
import type { Observed } from '../observed.ts'
import { decidedSince } from '../decision/decided-since.ts'
import { refusesAllPods } from '../trial/answer.ts'
import type { Harm } from './harm.ts'
import { secondsSince } from './harm.ts'

/** A refusal that names nothing of ours can be a quota that is full while a rollout goes on. */
const PATIENCE_SECONDS = 60
/** Events remain for an hour; one that is not repeated for this long is over. A controller tries again within 17 minutes. */
const STALE_SECONDS = 1200

/** What only pods with an agent have: names of containers and volumes, folders, images, privileges of the sidecar. */
const OURS = [
  'odigos-agent-',
  'odigos-go-',
  AGENT_MOUNT_ROOT,
  'SYS_ADMIN',
  'SYS_PTRACE',
  'BPF',
  'PERFMON',
  'shareProcessNamespace',
]

/** What is missing in a specification of the user's, with an agent or without. */
const OF_USERS = /no PriorityClass with name|spec\.containers\S*: Required value/

/** The resources that a full quota lacks, `requested: pods=1,limits.memory=1Gi, used: …`. */
const QUOTA = /exceeded quota: .*?requested: (\S+?),? /
/** A pod with an agent is one pod, and asks for its own resources and those of the containers that were added. */
const ADDED_RESOURCES = /(?:^|[.,])(?:cpu|memory|ephemeral-storage)=/

/** Whether the agent makes no difference, because pods without it would be refused as well. */
const isOfUsers = (message: string): boolean => {
  const requested = QUOTA.exec(message)?.[1]
  return (
    refusesAllPods(message) || OF_USERS.test(message) || (requested !== undefined && !ADDED_RESOURCES.test(requested))
  )
}

const namesOurs = (message: string, images: readonly string[]): boolean =>
  [...OURS, ...images].some((word) => message.includes(word))

/** Whether the refusal is about pods to which the webhook adds an agent, and began after it does so. */
const isAfterDecision = ({ since, at }: Refusal, { config, nowMs }: Observed): boolean => {
  if (!config?.spec.containers.some(({ agent }) => agent) || secondsSince(at, nowMs) > STALE_SECONDS) return false
  const decided = decidedSince(config.status?.conditions)
  return decided !== undefined && Date.parse(since) >= Date.parse(decided)
}

/** Whether pods of the same decision are admitted, so that the agent is not the cause. */
const areAdmitted = ({ config, pods, currentHash }: Observed): boolean =>
  config !== undefined &&
  pods.some((pod) => isAlive(pod) && hasAgent(pod) && injectedHash(pod) === currentHash(config.spec))

/** Whether pods without an agent were admitted, so that it can make the difference. */
const wereAdmittedBare = ({ pods, config }: Observed): boolean =>
  config?.status?.withoutAgent !== undefined || pods.some((pod) => !hasAgent(pod))

const makesDifference = (observed: Observed): boolean => wereAdmittedBare(observed) && !areAdmitted(observed)

/** Harm that no pod shows, as there is none. Nothing has to be restarted for it: the controllers try again by themselves. */
export const refusalHarm = (observed: Observed): Harm | undefined => {
  const { refusal, settings, nowMs, agentImages } = observed
  const afterSeconds = settings.rollout?.rollbackAfterSeconds ?? PATIENCE_SECONDS
  if (!refusal || afterSeconds === 0 || isOfUsers(refusal.message)) return undefined
  if (!isAfterDecision(refusal, observed)) return undefined
  const isDue = secondsSince(refusal.since, nowMs) >= afterSeconds && makesDifference(observed)
  if (!isDue && !namesOurs(refusal.message, agentImages)) return undefined
  return { reason: 'AdmissionRefused', message: `pods with the agent are refused: ${refusal.message}` }
}

/** Harm that a dry run has shown: nothing has to be restarted for it, and no pod was missing. */
export const trialHarm = ({ trial, settings }: Pick<Observed, 'trial' | 'settings'>): Harm | undefined => {
  const isOff = settings.rollout?.rollbackAfterSeconds === 0
  const finding = trialFinding(trial)
  return isOff || finding?.reason !== 'AdmissionRefused'
    ? undefined
    : { reason: finding.reason, message: finding.message }
}
