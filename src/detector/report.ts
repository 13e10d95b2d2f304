import type { ContainerDetection, DetectorReport } from '../api/detector-protocol.ts'
import { encodeReport, MAX_MESSAGE_BYTES } from '../api/detector-protocol.ts'

const cutList = (list: readonly string[], count: number): string[] =>
  list.length <= count ? [...list] : [...list.slice(0, count), '…']

const withEvidence = ({ answers, overflow }: DetectorReport, count: number): DetectorReport => ({
  answers: answers.map(({ target, containers }) => ({
    target,
    containers: containers.map((container) => ({ ...container, evidence: cutList(container.evidence, count) })),
  })),
  overflow,
})

/** For a single pod that exceeds the limit, with dozens of containers and long variables. */
const tooLong = ({ target, containers }: DetectorReport['answers'][number]): DetectorReport['answers'][number] => ({
  target,
  containers: containers.map(({ name, language }) => ({
    name,
    reason: 'DetectionFailed',
    message: 'the report is too long',
    ...(language ? { language } : {}),
    evidence: [],
  })),
})

const withOverflow = ({ answers }: DetectorReport, maxBytes: number): string => {
  for (let kept = answers.length - 1; kept > 0; kept--) {
    const overflow = answers.slice(kept).map(({ target }) => target)
    const message = encodeReport({ answers: answers.slice(0, kept), overflow })
    if (message.length <= maxBytes) return message
  }
  const overflow = answers.slice(1).map(({ target }) => target)
  return encodeReport({ answers: answers.slice(0, 1).map(tooLong), overflow })
}

/**
 * The message with the results so far, by the positions of their targets, which never exceeds `maxBytes`: evidence is truncated first (marked with `…`), then
 * whole results are omitted and named in `overflow`, so that they are requested again. The first result is always included.
 */
export const writeReport = (
  results: readonly (ContainerDetection[] | undefined)[],
  maxBytes = MAX_MESSAGE_BYTES,
): string => {
  const full: DetectorReport = {
    answers: [...results.entries()].flatMap(([target, containers]) => (containers ? [{ target, containers }] : [])),
    overflow: [],
  }
  for (const count of [Number.POSITIVE_INFINITY, 3, 1]) {
    const message = encodeReport(withEvidence(full, count))
    if (message.length <= maxBytes) return message
  }
  return withOverflow(withEvidence(full, 1), maxBytes)
}
