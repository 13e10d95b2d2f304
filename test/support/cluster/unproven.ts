/** Whether workloads that were shown as `Instrumented` had sent a span by then. Pure. */
import type { Span } from '../../../deploy/demo/spans.ts'

/** `namespace/name`. */
export type WorkloadName = string

const NAME_ATTRIBUTES = ['deployment', 'statefulset', 'daemonset', 'cronjob', 'job'].map((kind) => `k8s.${kind}.name`)

/** A span of a run of a CronJob has the names of both. */
export const workloadsOf = ({ resource }: Pick<Span, 'resource'>): WorkloadName[] =>
  NAME_ATTRIBUTES.flatMap((attribute) =>
    resource[attribute] === undefined ? [] : [`${resource['k8s.namespace.name']}/${resource[attribute]}`],
  )

/** A state is written later than the span came that it tells of; all clocks are of one machine. */
const TOLERANCE_MS = 1000

/** The workloads that were shown as instrumented (when first, ms) before their first span began (ms), or without any. */
export const unproven = (
  shown: ReadonlyMap<WorkloadName, number>,
  spansSince: ReadonlyMap<WorkloadName, number>,
): string[] =>
  [...shown].flatMap(([name, shownMs]) => {
    const since = spansSince.get(name)
    if (since === undefined) return [`${name} was shown as Instrumented, and no span of it ever arrived`]
    return since <= shownMs + TOLERANCE_MS
      ? []
      : [`${name} was shown as Instrumented ${since - shownMs} ms before its first span`]
  })
