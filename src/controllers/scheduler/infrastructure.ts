/** Which collectors gather which telemetry of the infrastructure: what is enabled, and what a Destination takes. Pure. */
import type { Infrastructure } from '../../api/kinds/infrastructure.ts'
import type { Signal } from '../../api/vocabulary.ts'

type Name = keyof Infrastructure

/** Gathered on each node, by signal; attributes are added to any. */
const ON_NODES: Partial<Record<Name, Signal | 'any'>> = {
  containerLogs: 'logs',
  hostMetrics: 'metrics',
  kubeletMetrics: 'metrics',
  enrichment: 'any',
}

const chosen = (
  settings: Infrastructure | undefined,
  signals: readonly Signal[],
  places: typeof ON_NODES,
): { infrastructure?: Infrastructure } => {
  const entries = Object.entries(settings ?? {}).filter(([name, value]) => {
    const signal = places[name as Name]
    return value?.enabled && signal !== undefined && (signal === 'any' || signals.includes(signal))
  })
  return entries.length === 0 ? {} : { infrastructure: Object.fromEntries(entries) }
}

/** Gathered once for the cluster. */
const IN_CLUSTER: typeof ON_NODES = { clusterMetrics: 'metrics', events: 'logs' }

/** What node collectors gather; nothing where nothing is enabled, so that their group is as before. */
export const nodeInfrastructure = (
  settings: Infrastructure | undefined,
  signals: readonly Signal[],
): { infrastructure?: Infrastructure } => chosen(settings, signals, ON_NODES)

/** What the one collector for the cluster gathers; nothing where there is no need of it. */
export const clusterInfrastructure = (
  settings: Infrastructure | undefined,
  signals: readonly Signal[],
): { infrastructure?: Infrastructure } => chosen(settings, signals, IN_CLUSTER)
