/**
 * Shards divide the traces that are held back until they are complete (`tailSampleTraces`). A trace belongs to one, by the last digit of its
 * ID, so that all of its spans come to the same gateway: which one that is, is decided by the Service that a shard is sent to.
 */

const HEX_DIGITS = '0123456789abcdef'

/** The last hexadecimal digit of the trace ID. It is not among those that decide about shares first. */
export const SHARDS: readonly string[] = Array.from(HEX_DIGITS)

/** Of the receiver for shards, OTLP over gRPC. */
export const TAIL_PORT = 4319

/** Name of the Service that gateways send a shard to. */
export const shardServiceName = (shard: string): string => `odigos-tail-${shard}`

/**
 * The number of the replica that holds each shard. With one more, it takes its part from those that have most, and all else stays where it is,
 * so that few traces are taken apart.
 */
export const shardReplicas = (replicas: number): number[] => {
  const holders = SHARDS.map(() => 0)
  for (let replica = 1; replica < replicas; replica += 1)
    for (let taken = 0; taken < Math.floor(SHARDS.length / (replica + 1)); taken += 1) {
      const counts = Map.groupBy(holders, (holder) => holder)
      const [most] = [...counts].toSorted(([a, ofA], [b, ofB]) => ofB.length - ofA.length || b - a)[0] ?? [0]
      holders[holders.lastIndexOf(most)] = replica
    }
  return holders
}
