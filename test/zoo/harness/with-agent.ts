/** Runs an entry with its agent: files in its container, or a sidecar beside it. */
import assert from 'node:assert/strict'
import { assembledAgent } from '../../../agents/assemble.ts'
import type { Entry } from '../../../tools/zoo/entry.ts'
import { isTrueWithin } from '../../../tools/eventually.ts'
import { startPod } from '../../support/go/pod.ts'
import { startGoSidecar } from '../../support/go/sidecar.ts'
import type { OtlpSink } from '../../support/telemetry/otlp-sink.ts'
import { injectedEnvironment, withSidecar } from './injected.ts'
import { memoryOf } from './process-tree.ts'
import type { Run, RunOptions } from './run-entry.ts'
import { runEntry } from './run-entry.ts'

export interface WithAgent extends Pick<RunOptions, 'installed' | 'port' | 'beforeEnd'> {
  /** The run without the agent. */
  bare: Run
  sink: OtlpSink
}

/** A slow machine reads and loads the probes of a large program in this time. */
const ATTACHED_WITHIN_MS = 60_000

const runWithFiles = async (entry: Entry, { bare, sink, ...options }: WithAgent): Promise<Run> => {
  const { env: user, language } = entry
  const folder = await assembledAgent(language)
  const injection = { language, user, endpoint: sink.endpoint, detection: bare.detection ?? {} }
  return runEntry(entry, { ...options, env: injectedEnvironment({ ...injection, folder }) })
}

/** What the sidecar says of the program that it found, which must be so before anything is asked. */
const assertReport = async (entry: Entry, { reports }: OtlpSink): Promise<void> => {
  await isTrueWithin(ATTACHED_WITHIN_MS, () => reports.length > 0, 50)
  const { attributes } = reports[0] ?? {}
  assert.equal(attributes?.['odigos.reason'], entry.standsBack ?? 'AgentLoaded', attributes?.['odigos.message'])
}

const runWithSidecar = async (entry: Entry, { bare, sink, ...options }: WithAgent): Promise<Run> => {
  const { env: user, language } = entry
  const injection = { language, user, endpoint: sink.endpoint, detection: bare.detection ?? {} }
  const { container, sidecar } = withSidecar(injection)
  const pod = await startPod()
  try {
    const agent = await startGoSidecar(pod, sidecar)
    const beforeRequests = (): Promise<void> => assertReport(entry, sink)
    const beforeEnd = async (): Promise<void> => {
      await options.beforeEnd?.()
      console.log(`      sidecar ${memoryOf(agent.pid).toFixed(0)} MiB`)
    }
    const result = await runEntry(entry, { ...options, env: container, begin: pod.start, beforeRequests, beforeEnd })
    const { code, stdout } = await agent.end()
    assert.equal(code, 0, `the sidecar: ${stdout}`)
    return result
  } finally {
    await pod.stop()
  }
}

export const runWithAgent = (entry: Entry, options: WithAgent): Promise<Run> =>
  entry.language === 'go' ? runWithSidecar(entry, options) : runWithFiles(entry, options)
