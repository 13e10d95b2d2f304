/**
 * Real applications, each bare and with its agent: whatever can be seen from outside must be the same, and the expected
 * spans must arrive. `npm test` runs a part, `npm run zoo` all; ODIGOS_ZOO is a regular expression on the names of entries.
 */
import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { isTrueWithin } from '../../tools/eventually.ts'
import { freePort } from '../support/api-server/free-port.ts'
import type { OtlpSink } from '../support/telemetry/otlp-sink.ts'
import { startOtlpSink } from '../support/telemetry/otlp-sink.ts'
import type { ReceivedSpan } from '../support/telemetry/otlp-decode.ts'
import { differences } from './harness/compare.ts'
import type { Entry } from '../../tools/zoo/entry.ts'
import { zooEntries } from '../../tools/zoo/entry.ts'
import type { Installed } from './harness/install.ts'
import { install } from './harness/install.ts'
import type { Run } from './harness/run-entry.ts'
import type { ZooResult } from '../../tools/zoo/results.ts'
import { spansByKind } from '../../tools/zoo/results.ts'
import { callerOf, runEntry } from './harness/run-entry.ts'
import { runWithAgent } from './harness/with-agent.ts'
import { startServices } from './harness/services.ts'

const wanted = process.env['ODIGOS_ZOO']

const isWanted = ({ id, isInPart }: Entry): boolean => (wanted === undefined ? isInPart : new RegExp(wanted).test(id))

/** Spans arrive in batches, the last ones at the end of the process. */
const SENT_WITHIN_MS = 2_000
const SPANS_WITHIN_MS = 10_000
/** The agent for Go has two seconds at the end: too few on a machine under load. */
const SIDECAR_SENDS_WITHIN_MS = 30_000

const described = ({ kind, name }: ReceivedSpan): string => `${kind} ${name}`

const missingSpans = (entry: Entry, spans: readonly ReceivedSpan[]): string[] => {
  const arrived = new Set(spans.map(described))
  return entry.spans.filter((span) => !arrived.has(span))
}

/** Server spans whose parent is the caller of each request. */
const serverSpansOf = (entry: Entry, spans: readonly ReceivedSpan[]): number[] =>
  entry.requests.map((_, index) => {
    const { traceId, spanId } = callerOf(entry, index)
    return spans.filter((span) => span.kind === 'server' && span.traceId === traceId && span.parentSpanId === spanId)
      .length
  })

const hasServerSpans = ({ hasServerSpans, requests }: Entry): boolean => hasServerSpans ?? requests.length > 0

const isComplete = (entry: Entry, spans: readonly ReceivedSpan[]): boolean =>
  missingSpans(entry, spans).length === 0 &&
  (!hasServerSpans(entry) ||
    serverSpansOf(entry, spans).every((count, index) => count >= Number(entry.requests[index]?.serverSpans)))

const awaitSpans = (entry: Entry, sink: OtlpSink, limitMs: number): Promise<boolean> =>
  isTrueWithin(limitMs, () => isComplete(entry, sink.spans), 50)

const assertSpans = async (entry: Entry, sink: OtlpSink): Promise<void> => {
  await awaitSpans(entry, sink, SPANS_WITHIN_MS)
  const arrived = sink.spans.map(described).join(', ')
  assert.deepEqual(missingSpans(entry, sink.spans), [], `spans are missing; arrived: ${arrived}`)
  assert.ok(sink.spans.length <= (entry.mostSpans ?? Infinity), `too many spans: ${arrived}`)
  if (!hasServerSpans(entry)) return
  const expected = entry.requests.map(({ serverSpans }) => serverSpans)
  assert.deepEqual(serverSpansOf(entry, sink.spans), expected, `server spans of each request; arrived: ${arrived}`)
}

/** What the documentation says of an entry, or that it says nothing of it; `npm run zoo` names the file. */
const record = ({ id }: Entry, result: ZooResult | null): void => {
  const file = process.env['ODIGOS_ZOO_RESULTS']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ [id]: result })}\n`)
}

const resultOf = ({ refused, standsBack }: Entry, spans: readonly ReceivedSpan[]): ZooResult => {
  const leftAlone = refused ?? standsBack
  return leftAlone === undefined ? { spans: spansByKind(spans.map(({ kind }) => kind)) } : { leftAlone }
}

/** A sidecar attaches beside the start, which then waits for it. */
const ratios = ({ language }: Entry, bare: Run, injected: Run): string => {
  const start = `start ${(bare.startMs / 1000).toFixed(2)} s × ${(injected.startMs / bare.startMs).toFixed(1)}`
  const memory = `memory ${bare.memoryMiB.toFixed(0)} MiB × ${(injected.memoryMiB / bare.memoryMiB).toFixed(1)}`
  if (language === 'go') return memory
  return bare.memoryMiB > 0 ? `${start}, ${memory}` : start
}

const runInjected = async (
  entry: Entry,
  bare: Run,
  options: { installed: Installed; port: number },
): Promise<ZooResult> => {
  const sink = await startOtlpSink()
  try {
    // An agent sends within this time: what a signal cuts off is only what is younger.
    const limitMs = entry.language === 'go' ? SIDECAR_SENDS_WITHIN_MS : SENT_WITHIN_MS
    const beforeEnd = (): Promise<boolean> => awaitSpans(entry, sink, limitMs)
    const injected = await runWithAgent(entry, { ...options, bare, sink, beforeEnd })
    const differ = differences(bare, injected, entry)
    if (differ.length > 0) assert.fail(`the agent changes what can be seen:\n${differ.join('\n')}`)
    if (entry.standsBack === undefined) await assertSpans(entry, sink)
    else assert.deepEqual(sink.spans.map(described), [], 'an agent that stands back sends no spans')
    console.log(`      ${ratios(entry, bare, injected)}`)
    return resultOf(entry, sink.spans)
  } finally {
    await sink.close()
  }
}

/** Both runs, and what the documentation says of them. */
const compareRuns = async (entry: Entry, prepared: Installed): Promise<ZooResult> => {
  const services = await startServices(entry)
  try {
    const installed = { ...prepared, values: { ...prepared.values, ...services.ports } }
    const options = { installed, port: await freePort() }
    const bare = await runEntry(entry, { ...options, env: entry.env })
    const statuses = entry.requests.map(({ status }) => status)
    assert.deepEqual(
      bare.answers.map(({ status }) => status),
      statuses,
      `bare: ${bare.stderr}`,
    )
    if (bare.detection) assert.equal(bare.detection.reason, entry.refused ?? 'Detected', bare.detection.message)
    return entry.refused === undefined ? await runInjected(entry, bare, options) : resultOf(entry, [])
  } finally {
    await services.stop()
  }
}

describe('the zoo', function () {
  this.timeout(600_000)
  for (const entry of zooEntries().filter(isWanted)) {
    describe(entry.id, () => {
      let result: ZooResult | undefined

      // Nothing is said of an entry that fails, is skipped, or ends the run.
      before(() => record(entry, null))

      it(entry.title, async function () {
        const prepared = await install(entry)
        if (prepared) {
          result = await compareRuns(entry, prepared)
        } else {
          console.log(`      skipped: this machine has no ${entry.runtime}`)
          this.skip()
        }
      })

      // Here, and not at the end of the test, which goes on after its time is up.
      afterEach(function () {
        if (result && this.currentTest?.isPassed()) record(entry, result)
      })
    })
  }
})
