/** The result of a test for one signal. Pure. */
import type { EnvVar } from '../../../api/kubernetes.ts'
import type { SignalResult } from '../../../api/reports/connection-test.ts'
import type { Signal } from '../../../api/vocabulary.ts'
import { addressesOf } from '../../../destinations/hosts.ts'
import type { RenderedExporter } from '../../../destinations/render.ts'
import type { DeliveryError } from '../delivery/flow/error-lines.ts'
import type { ErrorWords } from '../delivery/flow/words.ts'
import { wordsOf } from '../delivery/flow/words.ts'
import { credentialWords } from '../receipt/judge.ts'
import { CLIENT_CERTIFICATE_FIELD } from '../../../destinations/tls/names.ts'
import { redactValues } from '../trial/memory.ts'
import type { Answer } from './ask.ts'
import { explain } from '../delivery/explain.ts'
import type { Prepared } from './prepare.ts'

export interface Observed {
  answer: Answer
  /** What the exporter said in the log of the collector, in the order of the lines. */
  logged: readonly DeliveryError[]
}

const secretRemedy = (env: readonly EnvVar[], secret: string | undefined): string =>
  env.length > 0 && secret === undefined ? 'check the values that were entered' : credentialWords(env, secret)

/** Exporters that hold what they send, or try again, put the cause into the log only. */
const tellsMore = ({ cause }: ErrorWords, logged: ErrorWords | undefined): logged is ErrorWords =>
  logged !== undefined && logged.cause !== 'Other' && (cause === 'Other' || cause === 'Timeout')

const refused = ({ answer, logged }: Observed, { rendered, values, secret }: Prepared): SignalResult => {
  const own = wordsOf(redactValues(answer.error, values))
  const last = logged.findLast(({ cause }) => cause !== 'Other')
  const error = tellsMore(own, last) ? { cause: last.cause, words: redactValues(last.words, values) } : own
  const { reason, says, remedy } = explain(error, {
    isPermanent: answer.error.startsWith('Permanent error: '),
    hasCertificate: rendered.env.some(({ valueFrom }) => valueFrom?.secretKeyRef?.key === CLIENT_CERTIFICATE_FIELD),
  })
  return {
    signal: answer.signal,
    outcome: 'Stopped',
    reason,
    message: `${says}: ${error.words}`,
    remedy: error.cause === 'Credentials' ? secretRemedy(rendered.env, secret) : remedy,
  }
}

const exporterOf = ({ rendered }: Prepared, signal: Signal): RenderedExporter | undefined =>
  rendered.exporters.find(({ signals }) => signals.includes(signal))

const accepted = ({ answer: { signal, afterMs } }: Observed, prepared: Prepared): SignalResult => {
  const exporter = exporterOf(prepared, signal)
  if (exporter?.answersLater) {
    const message = 'the collector started and the exporter took a probe; what the backend answers is not seen'
    return { signal, outcome: 'Unknown', reason: 'AnswerNotSeen', message }
  }
  const hasBackend = exporter !== undefined && addressesOf(exporter).length > 0
  const message = hasBackend
    ? `the backend accepted a probe after ${(afterMs / 1000).toFixed(1)} s`
    : 'the collector wrote a probe to its log; there is no backend'
  return { signal, outcome: 'Passed', reason: 'Delivering', message }
}

export const judge = (observed: Observed, prepared: Prepared): SignalResult => {
  const { answer, logged } = observed
  if (!answer.isAccepted) return refused(observed, prepared)
  const partial = logged.find(({ refusedOfAccepted }) => refusedOfAccepted > 0)
  if (!partial) return accepted(observed, prepared)
  const words = redactValues(partial.words, prepared.values)
  const message = `the backend accepts the request, and rejects the probe in it: ${words}`
  return { signal: answer.signal, outcome: 'Stopped', reason: 'AllDataRejected', message }
}
