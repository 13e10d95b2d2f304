import type { Reason } from '../api/reasons.ts'
import type { Metrics } from '../process/metrics.ts'
import { counter, histogram } from '../process/metrics.ts'

export type Outcome = 'patched' | 'unchanged' | 'failed'

export interface ReviewMetrics {
  count: (outcome: Outcome, reason: Reason) => void
  observe: (seconds: number) => void
}

/** Reviews by outcome and reason, and the time from a complete request to its response. */
export const createReviewMetrics = (metrics: Metrics): ReviewMetrics => {
  const reviews = counter(metrics, {
    name: 'odigos_webhook_reviews_total',
    help: 'AdmissionReviews by outcome and reason. failed: the pod was admitted unchanged because of a failure.',
    labelNames: ['outcome', 'reason'],
  })
  const duration = histogram(metrics, {
    name: 'odigos_webhook_review_duration_seconds',
    help: 'Time from a complete request to its response.',
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1],
  })
  return {
    count: (outcome, reason) => reviews.inc({ outcome, reason }),
    observe: (seconds) => duration.observe(seconds),
  }
}
