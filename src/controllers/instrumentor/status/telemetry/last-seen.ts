import type { LastSeen } from '../../../../api/kinds/instrumentation-config.ts'
import { rfc3339 } from '../../../../api/time.ts'
import { SIGNALS } from '../../../../api/vocabulary.ts'
import type { PodTelemetry } from '../../seen/pod-telemetry.ts'

/** When each signal last arrived from any pod. */
export const lastSeen = (before: LastSeen | undefined, telemetry: readonly PodTelemetry[]): LastSeen | undefined => {
  const seen = SIGNALS.flatMap((signal) => {
    const knownMs = Date.parse(before?.[signal] ?? '') || 0
    const newestMs = Math.max(knownMs, ...telemetry.map(({ arrivedMs }) => arrivedMs[signal] ?? 0))
    return newestMs > 0 ? [[signal, rfc3339(newestMs)]] : []
  })
  return seen.length > 0 ? (Object.fromEntries(seen) as LastSeen) : undefined
}
