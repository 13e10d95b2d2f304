import { asFields } from '../api/types/fields.ts'
import type { Reason } from '../api/reasons.ts'
import { SETTINGS_UNKNOWN } from '../api/settings.ts'
import { decide } from '../inject/decide.ts'
import type { Log } from '../process/log.ts'
import type { FindContext } from './cache.ts'
import type { ReviewMetrics } from './review-metrics.ts'

/** An AdmissionReview (admission.k8s.io/v1) with its response. */
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
  /** Default: the real decision; only tests override it. */
  decide?: typeof decide
}

/** Responds to AdmissionReviews, valid or not. Makes no call, reads no file and never waits between request and response. */
export interface Admission {
  /** `body`: the JSON text of an AdmissionReview. */
  admit: (body: string) => AdmissionReviewResponse
  /** Admits without reading the review: too large, too slow, or one too many. */
  admitUnread: (uid: string, reason: Reason, message: string) => AdmissionReviewResponse
}

/** Maximum length of a patch: objects in etcd are limited to 1.5 MiB, and responses take memory until they are sent. */
const MAX_PATCH_CHARACTERS = 2 ** 20

/** Logs and metrics must not affect the response. */
const quietly = (work: () => void): void => {
  try {
    work()
  } catch {
    // Neither log nor metrics can report this.
  }
}

const reviewOf = (response: AdmissionReviewResponse['response']): AdmissionReviewResponse => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response,
})

const unchanged = (uid: string): AdmissionReviewResponse => reviewOf({ uid, allowed: true })

const respond = (
  { uid, namespace, pod }: Review,
  options: AdmissionOptions,
  admitUnread: Admission['admitUnread'],
): AdmissionReviewResponse => {
  const context = options.findContext(namespace, pod)
  if (!context) return admitUnread(uid, 'SettingsUnknown', SETTINGS_UNKNOWN)
  const { patch, outcome, containers } = (options.decide ?? decide)(pod, context)
  const text = patch.length === 0 ? undefined : JSON.stringify(patch)
  if (text && text.length > MAX_PATCH_CHARACTERS) {
    return admitUnread(uid, 'TooLarge', 'the patch is too large')
  }
  const encoded = text && Buffer.from(text).toString('base64')
  quietly(() => options.metrics.count(encoded === undefined ? 'unchanged' : 'patched', outcome))
  quietly(() => options.log.debug({ uid, namespace, outcome, containers }, 'reviewed'))
  return encoded === undefined
    ? unchanged(uid)
    : reviewOf({ uid, allowed: true, patchType: 'JSONPatch', patch: encoded })
}

/** The request of a review, or undefined if it does not create a pod. */
const readReview = (body: unknown): Review | undefined => {
  const request = asFields(asFields(body)['request'])
  const { uid, namespace, operation, object } = request
  const { kind } = asFields(request['kind'])
  if (typeof uid !== 'string' || typeof namespace !== 'string') return undefined
  return operation === 'CREATE' && kind === 'Pod' ? { uid, namespace, pod: object } : undefined
}

/** The uid is searched for within this many characters from the beginning of a review. */
export const UID_WITHIN = 1024

/** The API server writes the uid at the beginning of a review, and accepts only a response with the same uid. */
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
        if (!review)
          return admitUnread(
            findUid(body),
            'MalformedRequest',
            'the request is not an AdmissionReview for the creation of a pod',
          )
        uid = review.uid
        return respond(review, options, admitUnread)
      } catch (error) {
        // A pod holds secrets in its environment, so nothing of the request is logged, not even in a parser's message.
        const isSyntax = error instanceof SyntaxError
        const message = isSyntax ? 'the request is not JSON' : String((error as Error).message)
        return admitUnread(uid || findUid(body), isSyntax ? 'MalformedRequest' : 'InternalError', message)
      } finally {
        quietly(() => metrics.observe((performance.now() - startedAt) / 1000))
      }
    },
  }
}
