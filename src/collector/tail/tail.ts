/**
 * The way of traces that are decided as a whole. Each gateway sends the spans that such an Action selects, and no others, to the gateway that
 * holds the shard of their trace; there, they wait for the decision. All else passes at once.
 */
import { SHARDS } from '../../api/routing/shards.ts'
import { selectedBy } from '../actions/marks.ts'
import type { ActionInput } from '../actions/processor.ts'
import type { CollectorConfig, CollectorPlace, ComponentConfig, Components, Pipeline } from '../config.ts'
import { BORDER_CONFIG } from '../delivery/domains.ts'
import { RETRY } from '../delivery/queue.ts'
import { tailBudget } from '../memory.ts'
import { PROBE_ATTRIBUTE } from '../probes.ts'
import { handingOn, manyQueues } from '../routing/lanes.ts'
import { grpcServer } from '../skeleton.ts'
import { tailPolicies } from './policies.ts'

export interface TailInput {
  /** Those that decide about whole traces. */
  actions: readonly ActionInput[]
  /** Ids of the processors of traces, by stage. */
  stages: Record<'mark' | 'filter' | 'transform', string[]>
  /** Where traces go that are kept. */
  exporters: string[]
  memoryMiB: number
  /** Maximum size of the queue of each shard. */
  queueBytes: number
  /** `host:port` of the gateway that holds a shard. */
  shardEndpoint: (shard: string) => string
  /** Whether it holds shards itself. */
  holdsShards: boolean
  place: CollectorPlace
}

export type Tail = Pick<CollectorConfig, 'receivers' | 'processors' | 'exporters'> & {
  connectors: Components
  pipelines: CollectorConfig['service']['pipelines']
}

export const NO_TAIL: Tail = { receivers: {}, processors: {}, exporters: {}, connectors: {}, pipelines: {} }

/** Of what a gateway is to decide about. */
export const TAIL_RECEIVER = 'otlp/tail'
const LIMITER = 'memory_limiter/tail'
const SAMPLER = 'tail_sampling'
/** No Destination has a name with an underscore: connectors are called after it. */
const DECIDED = 'forward/odigos_decided'
const SELECTED = 'routing/traces-tail'
const BY_SHARD = 'routing/traces-shards'
/** What a full queue of a shard refuses is lost to this shard only: an error would have all of the request sent again. */
const BORDER = 'batch/traces-tail'

/**
 * Traces are handed on together, since each request is written to the queues by itself, and a long one in parts, since they have several
 * copies of it in memory meanwhile.
 */
const BATCH = 'batch/traces-decided'
const BATCH_CONFIG = { timeout: '200ms', send_batch_size: 500, send_batch_max_size: 500 }

const exporterOf = (shard: string): string => `otlp_grpc/tail-${shard}`

/** A gateway that restarts is back soon, and traces wait for their spans. */
const SHARD_RETRY = { ...RETRY, max_interval: '5s' }

const LAST_DIGIT = 'Substring(span.trace_id.string, 31, 1)'

/** A probe does not wait: it tells of the way of what is kept. */
const isSelected = (actions: readonly ActionInput[]): string => {
  const conditions = actions.map(selectedBy)
  const isNoProbe = `resource.attributes["${PROBE_ATTRIBUTE}"] == nil`
  return conditions.includes(undefined) ? isNoProbe : `${isNoProbe} and (${conditions.join(' or ')})`
}

const connectorsOf = ({ actions }: TailInput): Components => ({
  [SELECTED]: {
    error_mode: 'ignore',
    default_pipelines: ['traces/kept'],
    table: [{ context: 'resource', condition: isSelected(actions), pipelines: ['traces/tail'] }],
  },
  [BY_SHARD]: {
    error_mode: 'ignore',
    table: SHARDS.map((shard) => ({
      context: 'span',
      condition: `${LAST_DIGIT} == "${shard}"`,
      pipelines: [`traces/tail-${shard}`],
    })),
  },
})

const samplerConfig = ({ actions, memoryMiB }: TailInput): ComponentConfig => {
  const { traces, traceBytes, decisions } = tailBudget(memoryMiB)
  const { waitSeconds, policies } = tailPolicies(actions)
  return {
    decision_wait: `${waitSeconds}s`,
    num_traces: traces,
    // In place of dropping the oldest trace, whatever it is.
    block_on_overflow: true,
    maximum_trace_size_bytes: traceBytes,
    decision_cache: { sampled_cache_size: decisions, non_sampled_cache_size: decisions },
    sample_on_first_match: true,
    policies,
  }
}

const sending = (input: TailInput): Tail => {
  const { stages, exporters, queueBytes, shardEndpoint } = input
  const shards = SHARDS.map((shard): [string, Pipeline] => [
    `traces/tail-${shard}`,
    { receivers: [BY_SHARD], processors: [], exporters: [exporterOf(shard)] },
  ])
  return {
    receivers: {},
    processors: { [BORDER]: BORDER_CONFIG },
    exporters: Object.fromEntries(
      SHARDS.map((shard) => [
        exporterOf(shard),
        {
          ...handingOn(shardEndpoint(shard)),
          retry_on_failure: SHARD_RETRY,
          sending_queue: manyQueues(queueBytes),
        },
      ]),
    ),
    connectors: connectorsOf(input),
    pipelines: {
      traces: {
        receivers: ['otlp'],
        processors: ['memory_limiter', ...stages.mark, ...stages.filter],
        exporters: [SELECTED],
      },
      'traces/kept': { receivers: [SELECTED], processors: stages.transform, exporters },
      'traces/tail': { receivers: [SELECTED], processors: [BORDER], exporters: [BY_SHARD] },
      ...Object.fromEntries(shards),
    },
  }
}

const holding = (input: TailInput): Tail => {
  const { stages, exporters, memoryMiB, place } = input
  return {
    receivers: { [TAIL_RECEIVER]: { protocols: { grpc: grpcServer(`${place.host}:${place.tailPort}`) } } },
    processors: { [LIMITER]: tailBudget(memoryMiB).limiter, [SAMPLER]: samplerConfig(input), [BATCH]: BATCH_CONFIG },
    exporters: {},
    connectors: { [DECIDED]: {} },
    pipelines: {
      // What is selected is marked anew: the sender may have had another configuration.
      'traces/held': {
        receivers: [TAIL_RECEIVER],
        processors: [LIMITER, ...stages.mark, SAMPLER, BATCH],
        exporters: [DECIDED],
      },
      'traces/kept': { receivers: [SELECTED, DECIDED], processors: stages.transform, exporters },
    },
  }
}

export const tailSampling = (input: TailInput): Tail => {
  const sent = sending(input)
  if (!input.holdsShards) return sent
  const held = holding(input)
  return {
    receivers: held.receivers,
    processors: { ...sent.processors, ...held.processors },
    exporters: sent.exporters,
    connectors: { ...sent.connectors, ...held.connectors },
    pipelines: { ...sent.pipelines, ...held.pipelines },
  }
}
