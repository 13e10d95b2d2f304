import type { CollectorConfig } from './config.ts'

const KINDS = ['receivers', 'processors', 'exporters'] as const

const isConnector = ({ connectors = {} }: CollectorConfig, id: string): boolean => id in connectors

/** Data that a connector hands on has passed a memory_limiter already; a refusal there would have it sent again. */
const mustBeLimited = (config: CollectorConfig, receivers: readonly string[]): boolean =>
  !receivers.every((id) => isConnector(config, id))

const emptyPlaces = (config: CollectorConfig): string[] => {
  const { service } = config
  const pipelines = Object.entries(service.pipelines)
  const incomplete = pipelines.filter(([, { receivers, exporters }]) => !receivers.length || !exporters.length)
  return [
    ...(pipelines.length === 0 ? ['no pipeline is configured'] : []),
    ...incomplete.map(([name]) => `the pipeline ${name} lacks receivers or exporters`),
    ...pipelines
      .filter(
        ([, { receivers, processors }]) =>
          mustBeLimited(config, receivers) && processors[0]?.split('/')[0] !== 'memory_limiter',
      )
      .map(([name]) => `memory_limiter is not first in the pipeline ${name}`),
  ]
}

const undefinedComponents = (config: CollectorConfig): string[] => {
  const inPipelines = Object.entries(config.service.pipelines).flatMap(([name, pipeline]) =>
    KINDS.flatMap((kind) =>
      pipeline[kind]
        .filter((id) => !(id in config[kind]) && !(kind !== 'processors' && isConnector(config, id)))
        .map((id) => `the pipeline ${name} names ${id}, which is not among the ${kind}`),
    ),
  )
  const extensions = config.service.extensions
    .filter((id) => !(id in config.extensions))
    .map((id) => `the service names ${id}, which is not among the extensions`)
  return [...inPipelines, ...extensions]
}

/** A connector that leads nowhere, or that nothing leads to. */
const looseConnectors = ({ connectors = {}, service }: CollectorConfig): string[] => {
  const pipelines = Object.values(service.pipelines)
  return Object.keys(connectors)
    .filter(
      (id) =>
        !pipelines.some(({ receivers }) => receivers.includes(id)) ||
        !pipelines.some(({ exporters }) => exporters.includes(id)),
    )
    .map((id) => `the connector ${id} does not join pipelines`)
}

const undefinedValues = (value: unknown, path: string): string[] => {
  if (value === undefined) return [`${path} is undefined`]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => undefinedValues(inner, path ? `${path}.${key}` : key))
}

/** Problems with which a collector would refuse to start, as sentences; empty if there are none. */
export const checkConfiguration = (config: CollectorConfig): string[] => [
  ...emptyPlaces(config),
  ...undefinedComponents(config),
  ...looseConnectors(config),
  ...undefinedValues(config, ''),
]
