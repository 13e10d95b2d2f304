import { Writable } from 'node:stream'
import type { Registry } from 'prom-client'
import { pino } from 'pino'
import type { InstrumentationConfigSpec } from '../../../src/api/kinds/instrumentation-config.ts'
import { createMetrics } from '../../../src/process/metrics.ts'
import type { Admission, AdmissionOptions } from '../../../src/webhook/admission.ts'
import { createAdmission } from '../../../src/webhook/admission.ts'
import { createReviewMetrics } from '../../../src/webhook/review-metrics.ts'
import { configFor, contextFor } from '../injection/injection-context.ts'
import { podOf } from './admission-review.ts'

export interface WebhookParts {
  admission: Admission
  metrics: Registry
  /** Lines of the log, parsed. */
  logged: Record<string, unknown>[]
  /** Value of the counter for an outcome and a reason. */
  counted: (outcome: string, reason: string) => Promise<number>
}

/** An admission with real metrics and a log that can be read; all pods belong to an instrumented Node.js workload. */
export const webhookParts = (change: Partial<AdmissionOptions> = {}): WebhookParts => {
  const logged: Record<string, unknown>[] = []
  const stream = new Writable({
    write: (line: Buffer, _encoding, done) => {
      logged.push(JSON.parse(line.toString()) as Record<string, unknown>)
      done()
    },
  })
  const metrics = createMetrics()
  const spec: InstrumentationConfigSpec = configFor(podOf('cart'), 'nodejs')
  const admission = createAdmission({
    findContext: () => ({ ...contextFor(podOf('cart'), 'nodejs'), configFor: spec }),
    metrics: createReviewMetrics(metrics),
    log: pino({ level: 'info' }, stream),
    ...change,
  })
  const counted = async (outcome: string, reason: string): Promise<number> => {
    const values = (await metrics.getSingleMetric('odigos_webhook_reviews_total')?.get())?.values ?? []
    return values.find(({ labels }) => labels['outcome'] === outcome && labels['reason'] === reason)?.value ?? 0
  }
  return { admission, metrics, logged, counted }
}
