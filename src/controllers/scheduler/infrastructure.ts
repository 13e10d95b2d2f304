/** Which collectors gather which telemetry of the infrastructure: what is enabled, and what a Destination takes. Pure. */
import type { NewCondition } from '../../api/conditions.ts'
import { findCondition } from '../../api/conditions.ts'
import type { Infrastructure } from '../../api/kinds/infrastructure.ts'
import { CONFIG_CONDITIONS } from '../../api/kinds/odigos-config.ts'
import type { SettingsView } from '../../api/settings.ts'
import { rfc3339 } from '../../api/time.ts'
import type { Signal } from '../../api/vocabulary.ts'
import type { AcceptedStatus } from '../accepted-status.ts'
import { isOwnStatus, mergeOwnConditions, statusObject } from '../accepted-status.ts'
import type { StatusAction } from '../actions/action.ts'

type Name = keyof Infrastructure

/** Gathered on each node, by signal; attributes are added to any. */
const ON_NODES: Partial<Record<Name, Signal | 'any'>> = {
  containerLogs: 'logs',
  hostMetrics: 'metrics',
  kubeletMetrics: 'metrics',
  enrichment: 'any',
}

/** What is enabled and belongs to one of the places, with its signal. */
const enabledIn = (settings: Infrastructure | undefined, places: typeof ON_NODES) =>
  Object.entries(settings ?? {}).flatMap(([name, value]) => {
    const signal = places[name as Name]
    return value?.enabled && signal !== undefined ? [{ name, value, signal }] : []
  })

const chosen = (
  settings: Infrastructure | undefined,
  signals: readonly Signal[],
  places: typeof ON_NODES,
): { infrastructure?: Infrastructure } => {
  const entries = enabledIn(settings, places)
    .filter(({ signal }) => signal === 'any' || signals.includes(signal))
    .map(({ name, value }) => [name, value])
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

/** Whether Destinations take all that is enabled; undefined where nothing is. */
export const infrastructureCondition = (
  settings: Infrastructure | undefined,
  signals: readonly Signal[],
): NewCondition | undefined => {
  const enabled = enabledIn(settings, { ...ON_NODES, ...IN_CLUSTER })
  const isTaken = (signal: Signal | 'any'): boolean =>
    signal === 'any' ? signals.length > 0 : signals.includes(signal)
  if (enabled.length === 0) return undefined
  const type = CONFIG_CONDITIONS.infrastructure
  const untaken = enabled.filter(({ signal }) => !isTaken(signal))
  if (untaken.length === 0)
    return {
      type,
      status: 'True',
      reason: 'InfrastructureAssigned',
      message: enabled.map(({ name }) => name).join(', '),
    }
  const message = untaken
    .map(({ name, signal }) => `${name}: no Destination takes ${signal === 'any' ? 'anything' : signal}`)
    .join('; ')
  return { type, status: 'False', reason: 'NoDestination', message }
}

/** Writes the condition of the OdigosConfig, or removes it where nothing is enabled any more. */
export const infrastructureStatus = (
  settings: SettingsView | undefined,
  signals: readonly Signal[],
  nowMs: number,
): StatusAction[] => {
  // One that is invalid leaves earlier settings in effect, of which nothing is said here.
  if (!settings?.spec) return []
  const next = infrastructureCondition(settings.spec.infrastructure, signals)
  const { conditions } = (settings.status ?? {}) as AcceptedStatus
  const isThere = findCondition(conditions, CONFIG_CONDITIONS.infrastructure) !== undefined
  const status = { conditions: mergeOwnConditions(settings, next ? [next] : [], rfc3339(nowMs)) }
  const isSame = next ? isOwnStatus(settings, status) : !isThere
  return isSame ? [] : [{ do: 'status', object: statusObject(settings, status) }]
}
