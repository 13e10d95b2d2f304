/** Tests a connection: starts a collector, sends it a probe of each signal, and removes it in any case. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject, PodStatus } from '../../../api/kubernetes.ts'
import { COLLECTOR_CONTAINER } from '../../../api/names.ts'
import type { ConnectionTestReport, ConnectionTestRequest, SignalResult } from '../../../api/reports/connection-test.ts'
import { rfc3339 } from '../../../api/time.ts'
import type { Signal } from '../../../api/vocabulary.ts'
import { SIGNALS } from '../../../api/vocabulary.ts'
import { IN_A_POD } from '../../../collector/config.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { KubeClient, ObjectRef } from '../../../kube/types.ts'
import type { Log } from '../../../process/log.ts'
import { podAddress } from '../../../prometheus/collectors.ts'
import type { CollectorPodView } from '../delivery/collector-pod-view.ts'
import { deliveryErrors } from '../delivery/flow/error-lines.ts'
import { FIELD_MANAGER } from '../owned/write.ts'
import { probeName, probes } from '../receipt/probe.ts'
import { ownResource } from '../receipt/subject.ts'
import { redactValues } from '../trial/memory.ts'
import { verdictOf, wordsOf } from '../trial/verdict.ts'
import { ask } from './ask.ts'
import { judge } from './judge.ts'
import type { PrepareOptions, Prepared } from './prepare.ts'
import { ConnectionTestProblem, prepare } from './prepare.ts'
import type { TestPodOptions } from './test-pod.ts'
import { isTestPod, testPod } from './test-pod.ts'

export interface ConnectionTestOptions extends PrepareOptions, TestPodOptions {
  client: Pick<KubeClient, 'get' | 'create' | 'delete' | 'request'>
  log: Log
  signal: AbortSignal
  nowMs: () => number
  /** Whether what it depends on is known; a setting that is not read yet must not count as absent. */
  isReady: () => boolean
  /** Pods of all collectors. */
  pods: () => readonly CollectorPodView[]
}

/** With the time for answers and for the log, a test takes less than 30 seconds. */
const START_MS = 15_000
const NOT_STARTED = `the pod has not started within ${START_MS / 1000} seconds; if its node does not have the image of collectors yet, test again in a minute`
const LOOK_AGAIN_MS = 250
const LOG_MS = 2_000
const LOG_LINES = '500'

/** The address of the collector, or why there is none. */
type Start = { address: string } | Pick<SignalResult, 'outcome' | 'reason' | 'message'>

const notRun = (message: string): Start => ({ outcome: 'Unknown', reason: 'TestNotRun', message })

const startOf = (
  pod: KubeObject | undefined,
  { place = IN_A_POD }: TestPodOptions,
  values: string[],
): Start | undefined => {
  const status = (pod?.['status'] ?? {}) as PodStatus
  const verdict = verdictOf(status)
  if (!pod) return notRun('the pod was deleted')
  if (verdict.result === 'Started' && status.podIP !== undefined)
    return { address: podAddress(status.podIP, place.httpPort) }
  if (verdict.result === 'NotRun') return notRun(verdict.message)
  if (verdict.result !== 'Failed') return undefined
  return { outcome: 'Stopped', reason: 'CollectorRefuses', message: wordsOf(redactValues(verdict.message, values)) }
}

const awaitStart = async (options: ConnectionTestOptions, ref: ObjectRef, values: string[]): Promise<Start> => {
  const { client, nowMs, signal } = options
  const startMs = nowMs()
  for (;;) {
    const found = startOf(await client.get<KubeObject>(ref), options, values)
    if (found) return found
    if (nowMs() - startMs >= START_MS || signal.aborted) return notRun(NOT_STARTED)
    await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined)
  }
}

const readLog = ({ client, signal }: ConnectionTestOptions, { namespace = '', name }: ObjectRef): Promise<string> => {
  const query = new URLSearchParams({ container: COLLECTOR_CONTAINER, tailLines: LOG_LINES })
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?${query.toString()}`
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LOG_MS)])
  return client.request<string>('GET', path, undefined, limited).catch(() => '')
}

const isGrpc = ({ rendered }: Prepared, signal: Signal): boolean =>
  rendered.exporters.some(({ id, signals }) => signals.includes(signal) && id.startsWith('otlp_grpc/'))

const signalsOf = ({ rendered }: Prepared): Signal[] =>
  SIGNALS.filter((signal) => rendered.exporters.some(({ signals }) => signals.includes(signal)))

/** The results by signal, from a collector that runs. */
const observe = async (
  options: ConnectionTestOptions,
  prepared: Prepared,
  { address, probe, ref }: { address: string; probe: string; ref: ObjectRef },
): Promise<SignalResult[]> => {
  const { nowMs, namespace } = options
  const made = probes(probe, ownResource(namespace), nowMs())
  const answers = await Promise.all(
    signalsOf(prepared).map((signal) =>
      ask(signal, made[signal], { address, isGrpc: isGrpc(prepared, signal), nowMs }),
    ),
  )
  const errors = deliveryErrors(await readLog(options, ref))
  return answers.map((answer) =>
    judge({ answer, logged: errors.filter(({ signal }) => signal === answer.signal) }, prepared),
  )
}

export const createConnectionTests = (options: ConnectionTestOptions) => {
  const { client, log, namespace, nowMs } = options
  const refOf = (name: string): ObjectRef => ({ type: RESOURCES.pods, namespace, name })
  const remove = async (name: string): Promise<void> => {
    try {
      await client.delete(refOf(name))
    } catch (error) {
      log.warn({ err: error, pod: name }, 'the pod of a connection test could not be deleted; the next test deletes it')
    }
  }
  /** Those of tests whose process ended meanwhile: one test is made at a time. */
  const removeLeftovers = async (): Promise<void> => {
    const names = options.pods().map(({ metadata }) => metadata.name)
    await Promise.all(names.filter(isTestPod).map(remove))
  }
  const results = async (prepared: Prepared, probe: string): Promise<SignalResult[]> => {
    const pod = testPod(prepared.rendered, probe, options)
    const ref = refOf(pod.metadata.name)
    try {
      await client.create(RESOURCES.pods, pod, { fieldManager: FIELD_MANAGER })
      const start = await awaitStart(options, ref, prepared.values)
      if ('address' in start) return await observe(options, prepared, { address: start.address, probe, ref })
      return signalsOf(prepared).map((signal) => ({ signal, ...start }))
    } finally {
      await remove(ref.name)
    }
  }

  /** Rejects with a ConnectionTestProblem where there is nothing to test. */
  const test = async (request: ConnectionTestRequest): Promise<ConnectionTestReport> => {
    if (!options.isReady()) throw new ConnectionTestProblem('the autoscaler is starting; try again in a few seconds')
    const prepared = await prepare(options, request)
    const [startMs, probe] = [nowMs(), probeName()]
    await removeLeftovers()
    const signals = await results(prepared, probe)
    return { probe, sentTime: rfc3339(startMs), durationMs: nowMs() - startMs, signals }
  }
  return { test, removeLeftovers }
}
export type ConnectionTests = ReturnType<typeof createConnectionTests>
