import type { InstrumentationConfigSpec, LastSeen } from '../../../../api/kinds/instrumentation-config.ts'
import type { Signal } from '../../../../api/vocabulary.ts'
import type { Observed } from '../../observed.ts'
import type { PodView } from '../../watch/pod-view.ts'
import { hasAgent, isAlive } from '../../watch/pod-view.ts'
import { oldestMs } from './current-pods.ts'

/** Spans, where they are wanted: metrics and logs of an agent tell nothing about requests. */
export const wantedSignals = ({ pipeline }: InstrumentationConfigSpec): readonly Signal[] => {
  const signals = pipeline?.signals ?? []
  return signals.includes('traces') ? ['traces'] : signals
}

/** Whether one of these pods lived when telemetry last arrived. */
export const wasSeen = (
  lastSeen: LastSeen | undefined,
  spec: InstrumentationConfigSpec,
  pods: readonly PodView[],
): boolean => wantedSignals(spec).some((signal) => Date.parse(lastSeen?.[signal] ?? '') >= oldestMs(pods))

/** Whether the state of a workload can change because time passes without telemetry from its pods. */
export const isTelemetryAwaited = ({ config, pods }: Pick<Observed, 'config' | 'pods'>): boolean => {
  if (!config?.status) return false
  const { state, lastSeen } = config.status
  if (state !== 'Instrumented') return state === 'Injected' || state === 'NothingArrives'
  const alive = pods.filter((pod) => hasAgent(pod) && isAlive(pod))
  return alive.length > 0 && !wasSeen(lastSeen, config.spec, alive)
}
