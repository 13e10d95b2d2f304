/** What the API server's answer to a dry run tells. Pure. */
import { parseInjection } from '../../../api/agents/injection-annotation.ts'
import type { Pod } from '../../../api/kubernetes.ts'
import { INJECTION_HASH_ANNOTATION, OPT_LABEL } from '../../../api/names.ts'
import { isReason } from '../../../api/reasons.ts'
import { shortMessage } from '../../../api/types/container.ts'
import { KubeError } from '../../../kube/http/error.ts'
import type { Verdict } from './verdict.ts'

/** Answers to what was asked of the API server, whatever is in the pod. */
const NOT_ABOUT_POD = [401, 404, 408, 409, 429]

/** Refusals of every pod of the namespace, whatever it contains: another webhook is down, or the namespace or account goes. */
const OF_ALL =
  /failed calling webhook|because it is being terminated|serviceaccount "[^"]*" not found|unable to create new content/

/** Whether every pod of the namespace is refused for now, whatever it contains. */
export const refusesAllPods = (message: string): boolean => OF_ALL.test(message)

/** A policy engine, or what it asks, that does not answer, and a quota that was just created. */
const PASSING =
  /deadline exceeded|timed? ?out|connection (?:refused|reset)|no such host|TLS handshake|\bEOF\b|too many requests|status unknown for quota/i

/** A webhook has effects of its own, or denies whatever is a dry run; or we lack the permission to ask. */
const NOT_TRIED =
  /does not support dry run|(?:denied|not (?:allowed|supported))[^"]{0,30}dry[ -]?run|dry[ -]?run[^"]{0,30}(?:denied|not (?:allowed|supported))|cannot create resource "pods"/i

/** Without the random end of the pod's name, so that the same answer has the same words. */
const withoutSuffix = (text: string, prefix: string): string => {
  const escaped = prefix.replaceAll('.', String.raw`\.`)
  return prefix === '' ? text : text.replaceAll(new RegExp(`${escaped}[a-z0-9]{5}(?![a-z0-9])`, 'g'), prefix)
}

/** The answer that refuses a pod whose name begins with `prefix`, or tells that nothing can be said about it. */
export const readRefusal = (
  error: unknown,
  prefix: string,
): Extract<Verdict, { is: 'refused' | 'unsure' | 'untestable' }> => {
  if (!(error instanceof KubeError)) throw error
  const { status, detail } = error
  const message = shortMessage(withoutSuffix(detail, prefix))
  if (NOT_TRIED.test(detail)) return { is: 'untestable', message }
  const isAboutPod = status >= 400 && status < 500 && !NOT_ABOUT_POD.includes(status)
  const isPassing = PASSING.test(detail) || refusesAllPods(detail)
  return { is: isAboutPod && !isPassing ? 'refused' : 'unsure', message }
}

/** What the webhook has written on the pod; the first reason where no container got an agent. */
const readInjection = (annotations: Record<string, string>): Verdict => {
  const entries = [...parseInjection(annotations)]
  if (entries.some(([, { agent }]) => agent)) return { is: 'admitted' }
  for (const [container, { reason = '', message }] of entries)
    if (isReason(reason))
      return { is: 'leftAlone', container, reason, ...(message ? { message: shortMessage(message) } : {}) }
  return { is: 'admitted' }
}

/** The answer that admits a pod, whose decision has this hash. */
export const readPod = ({ metadata }: Pod, hash: string): Verdict => {
  // The template opts its pods out, as a user wants it.
  if (metadata?.labels?.[OPT_LABEL] === 'disabled') return { is: 'admitted' }
  const annotations = metadata?.annotations ?? {}
  const found = annotations[INJECTION_HASH_ANNOTATION]
  if (found === undefined) return { is: 'unmarked' }
  if (found !== hash) return { is: 'unsure', message: 'the webhook applies another decision' }
  return readInjection(annotations)
}
