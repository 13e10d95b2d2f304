/** The filter that drops telemetry by the conditions of an Action. */
import type { Drop } from '../../api/actions/drop.ts'
import { SEVERITIES } from '../../api/actions/drop.ts'
import type { Signal } from '../../api/vocabulary.ts'
import type { ComponentConfig } from '../config.ts'
import { literal } from '../ottl.ts'

/** Where the filter has the conditions of a signal, and what a record and its name are called there. */
const CONTEXTS = {
  traces: { list: 'span', record: 'span', name: 'span.name' },
  metrics: { list: 'datapoint', record: 'datapoint', name: 'metric.name' },
  logs: { list: 'log_record', record: 'log', name: undefined },
} as const satisfies Record<Signal, { list: string; record: string; name: string | undefined }>

type Attribute = NonNullable<Drop['attributes']>[number]

const valueMatches = (path: string, { value, pattern }: Attribute): string => {
  if (pattern !== undefined) return `(${path} != nil and IsMatch(${path}, ${literal(pattern)}))`
  return value === undefined ? `${path} != nil` : `(${path} != nil and String(${path}) == ${literal(value)})`
}

const attributeMatches = (record: string, attribute: Attribute): string => {
  const places = [record, 'resource'].map((context) => `${context}.attributes[${literal(attribute.name)}]`)
  return `(${places.map((path) => valueMatches(path, attribute)).join(' or ')})`
}

const conditionOf = (signal: Signal, { attributes = [], namePattern, belowSeverity }: Drop): string => {
  const { record, name } = CONTEXTS[signal]
  return [
    ...attributes.map((attribute) => attributeMatches(record, attribute)),
    ...(namePattern === undefined ? [] : [name === undefined ? 'false' : `IsMatch(${name}, ${literal(namePattern)})`]),
    ...(belowSeverity === undefined
      ? []
      : signal === 'logs'
        ? [`log.severity_number != 0 and log.severity_number < ${SEVERITIES[belowSeverity]}`]
        : ['false']),
  ].join(' and ')
}

/** Configuration of the filter processor; `condition` holds for the selected telemetry. */
export const dropFilter = (drop: Drop, signals: readonly Signal[], condition: string | undefined): ComponentConfig => ({
  error_mode: 'ignore',
  ...Object.fromEntries(
    signals.map((signal) => {
      const all = [conditionOf(signal, drop), ...(condition === undefined ? [] : [condition])]
      return [signal, { [CONTEXTS[signal].list]: [all.join(' and ')] }]
    }),
  ),
})
