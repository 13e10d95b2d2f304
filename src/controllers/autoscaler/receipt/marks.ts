/** What the counters of a gateway say of a probe, and of what was handed to queues. Pure. */
import type { Signal } from '../../../api/vocabulary.ts'
import { SIGNALS } from '../../../api/vocabulary.ts'
import { borderOf } from '../../../collector/delivery/domains.ts'
import { PROBE_LABELS, PROBE_METRICS } from '../../../collector/probes.ts'
import type { Sample } from '../../../prometheus/text.ts'

export interface Marks {
  arrived: ReadonlySet<Signal>
  /** Names of Destinations that it was handed to, by signal. */
  left: ReadonlyMap<Signal, ReadonlySet<string>>
}

/** A destination that it was handed to is a gateway that it arrived at. */
export const marksOf = (samples: readonly Sample[], probe: string): Marks => {
  const mine = samples.filter(({ labels }) => labels[PROBE_LABELS.probe] === probe)
  const named = (metric: string): Sample[] => mine.filter(({ name }) => name === metric)
  const left = new Map(
    SIGNALS.map((signal) => [
      signal,
      new Set(named(PROBE_METRICS.left[signal]).flatMap(({ labels }) => labels[PROBE_LABELS.destination] ?? [])),
    ]),
  )
  const arrived = SIGNALS.filter(
    (signal) => named(PROBE_METRICS.arrived[signal]).length > 0 || (left.get(signal)?.size ?? 0) > 0,
  )
  return { arrived: new Set(arrived), left }
}

const HANDED = 'otelcol_processor_batch_batch_send_size_sum'

/** Items that were handed to the queue of a destination since the gateway started; undefined where it has no border in front. */
export const handedTo = (samples: readonly Sample[], signal: Signal, destination: string): number | undefined =>
  samples.find(({ name, labels }) => name === HANDED && labels['processor'] === borderOf(signal, destination))?.value
