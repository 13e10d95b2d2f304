import type { Reason } from '../api/reasons.ts'
import { SETTINGS_UNKNOWN } from '../api/settings.ts'
import { decide } from '../inject/decide.ts'
import type { Log } from '../process/log.ts'
import type { FindContext } from './cache.ts'
import type { ReviewMetrics } from './review-metrics.ts'

/** AdmissionReview, version v1 of admission.k8s.io, as an answer. */
export interface AdmissionReviewResponse {
  apiVersion: 'admission.k8s.io/v1'
  kind: 'AdmissionReview'
  response: { uid: string; allowed: true; patchType?: 'JSONPatch'; patch?: string }
}

interface Review {
  uid: string
  namespace: string
  pod: unknown
}

export interface AdmissionOptions {
  findContext: FindContext
  metrics: ReviewMetrics
  log: Pick<Log, 'warn' | 'debug'>
  /** The decision; another one only in tests. */
  decide?: typeof decide
}

/** Answers AdmissionReviews, whatever they are. No call, no file and no wait between question and answer. */
export interface Admission {
  /** `body`: the JSON text of an AdmissionReview. */
  admit: (body: string) => AdmissionReviewResponse
  /** For a review that is not looked at: too large, too slow, or one too many. */
  admitUnread: (uid: string, reason: Reason, message: string) => AdmissionReviewResponse
}

/** Characters of a patch: an object in etcd has 1.5 MiB, and answers that are written take memory. */
const MAX_PATCH_CHARACTERS = 2 ** 20

/** Telling about an answer must not change it. */
const quietly = (work: () => void): void => {
  try {
    work()
  } catch {
    // Neither log nor metrics can be used to say so.
  }
}

const reviewOf = (response: AdmissionReviewResponse['response']): AdmissionReviewResponse => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response,
})

const unchanged = (uid: string): AdmissionReviewResponse => reviewOf({ uid, allowed: true })

const answer = (
  { uid, namespace, pod }: Review,
  options: AdmissionOptions,
  admitUnread: Admission['admitUnread'],
): AdmissionReviewResponse => {
  const context = options.findContext(namespace, pod)
  if (!context) return admitUnread(uid, 'SettingsUnknown', SETTINGS_UNKNOWN)
  const { patch, outcome, containers } = (options.decide ?? decide)(pod, context)
  const text = patch.length === 0 ? undefined : JSON.stringify(patch)
  if (text && text.length > MAX_PATCH_CHARACTERS) {
    return admitUnread(uid, 'TooLarge', 'the patch would be too large')
  }
  const encoded = text && Buffer.from(text).toString('base64')
  quietly(() => options.metrics.count(encoded === undefined ? 'unchanged' : 'patched', outcome))
  quietly(() => options.log.debug({ uid, namespace, outcome, containers }, 'reviewed'))
  return encoded === undefined
    ? unchanged(uid)
    : reviewOf({ uid, allowed: true, patchType: 'JSONPatch', patch: encoded })
}

type Fields = Record<string, unknown>
const asFields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})

/** What is asked, or undefined where it is not whether a pod may be created. */
const readReview = (body: unknown): Review | undefined => {
  const request = asFields(asFields(body)['request'])
  const { uid, namespace, operation, object } = request
  const { kind } = asFields(request['kind'])
  if (typeof uid !== 'string' || typeof namespace !== 'string') return undefined
  return operation === 'CREATE' && kind === 'Pod' ? { uid, namespace, pod: object } : undefined
}

/** Characters from the beginning of a review within which the uid is looked for. */
export const UID_WITHIN = 1024

/** The API server writes the uid of a review at its beginning, and takes only an answer with the same. */
export const findUid = (beginning: string): string =>
  /"request"\s*:\s*\{\s*"uid"\s*:\s*"([0-9A-Za-z-]{1,64})"/.exec(beginning.slice(0, UID_WITHIN))?.[1] ?? ''

export const createAdmission = (options: AdmissionOptions): Admission => {
  const { metrics, log } = options
  const admitUnread: Admission['admitUnread'] = (uid, reason, message) => {
    quietly(() => metrics.count('failed', reason))
    quietly(() => log.warn({ reason, uid }, `admitted unchanged: ${message}`))
    return unchanged(uid)
  }
  return {
    admitUnread,
    admit: (body) => {
      const startedAt = performance.now()
      let uid = ''
      try {
        const review = readReview(JSON.parse(body))
        if (!review) return admitUnread(findUid(body), 'MalformedRequest', 'not an AdmissionReview for a new pod')
        uid = review.uid
        return answer(review, options, admitUnread)
      } catch (error) {
        // A pod holds secrets in its environment, so nothing of the request is logged, not even in a parser's message.
        const isSyntax = error instanceof SyntaxError
        const message = isSyntax ? 'not JSON' : String((error as Error).message)
        return admitUnread(uid || findUid(body), isSyntax ? 'MalformedRequest' : 'InternalError', message)
      } finally {
        quietly(() => metrics.observe((performance.now() - startedAt) / 1000))
      }
    },
  }
}
