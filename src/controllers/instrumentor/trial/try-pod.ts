/** Asks the API server what it does with a pod of a workload, without creating one. */
import type { KubeObject, Pod } from '../../../api/kubernetes.ts'
import { resourceOfKind, RESOURCES } from '../../../kube/resources.ts'
import type { KubeClient } from '../../../kube/types.ts'
import { FIELD_MANAGER } from '../field-manager.ts'
import { readPod, readRefusal } from './answer.ts'
import { isQuotaRefusal, lacksQuota } from './quota.ts'
import { trialPod, withoutAgent } from '../../../inject/pod/trial-pod.ts'
import type { Verdict } from './verdict.ts'

export interface TrialTarget {
  /** `namespace/Kind/name` of the workload. */
  key: string
  apiVersion: string
  /** Hash that the webhook writes to a pod with the decision. */
  hash: string
}

type Client = Pick<KubeClient, 'get' | 'create'>

const NOTHING_TO_TRY: Verdict = { is: 'admitted' }

/** The pod as the API server would create it. */
const dryRun = async (client: Client, pod: Pod): Promise<Pod> => {
  const object = pod as unknown as KubeObject
  const created = await client.create(RESOURCES.pods, object, { fieldManager: FIELD_MANAGER, isDryRun: true })
  return created as unknown as Pod
}

const answerTo = async (client: Client, pod: Pod): Promise<{ pod: Pod } | ReturnType<typeof readRefusal>> => {
  try {
    return { pod: await dryRun(client, pod) }
  } catch (error) {
    return readRefusal(error, pod.metadata?.generateName ?? '')
  }
}

/** Whether the agent is why a pod is refused: the same pod without it is admitted, and with it again not. */
const blame = async (client: Client, object: KubeObject, pod: Pod, message: string): Promise<Verdict> => {
  const bare = await answerTo(client, withoutAgent(pod))
  if ('is' in bare)
    return bare.is === 'refused' ? { is: 'refusedAnyway', message, isQuota: isQuotaRefusal(message) } : bare
  const again = await answerTo(client, pod)
  if ('pod' in again) return { is: 'unsure', message: `admitted at the second attempt; at the first: ${message}` }
  if (again.is !== 'refused') return again
  const isHarm = !isQuotaRefusal(again.message) || lacksQuota(again.message, object, bare.pod)
  return isHarm ? again : { is: 'refusedAnyway', message: again.message, isQuota: true }
}

/** What admission does to a new pod of the workload. Throws where the API server cannot be asked for the workload. */
export const tryPod = async (client: Client, { key, apiVersion, hash }: TrialTarget): Promise<Verdict> => {
  const [namespace = '', kind = '', name = ''] = key.split('/')
  const type = resourceOfKind(kind, apiVersion)
  const object = type && (await client.get<KubeObject>({ type, namespace, name }))
  const pod = object && trialPod({ ...object, apiVersion, kind })
  if (!pod) return NOTHING_TO_TRY
  const answer = await answerTo(client, pod)
  if ('pod' in answer) return readPod(answer.pod, hash)
  return answer.is === 'refused' ? blame(client, object, pod, answer.message) : answer
}
