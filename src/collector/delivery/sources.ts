/**
 * Destinations that take a part of the telemetry. Where a pipeline ends, a connector copies to each what it takes, and hands all of it to the
 * others. What they take is decided by the resource as it arrived: where Actions change telemetry, it is marked before them.
 */
import { SIGNALS } from '../../api/vocabulary.ts'
import type { Signal } from '../../api/vocabulary.ts'
import type { RenderedDestination } from '../../destinations/render.ts'
import type { ActionProcessor } from '../actions/processor.ts'
import { STATEMENTS } from '../actions/processor.ts'
import type { ComponentConfig, Components, Pipeline } from '../config.ts'
import { literal } from '../ottl.ts'
import { PROBE_FOR_ATTRIBUTE } from '../probes.ts'

/** No name of an object has an underscore. */
const OTHERS = 'odigos_all'
const MARK = 'transform/odigos_taken'
const UNMARK = 'transform/odigos_untaken'
const ATTRIBUTE = 'odigos.taken.'

/** A destination with sources. */
type Choosy = Pick<RenderedDestination, 'name'> & { takes: string }

const isChoosy = (destination: RenderedDestination): destination is RenderedDestination & Choosy =>
  destination.takes !== undefined

const attribute = (name: string): string => `resource.attributes[${literal(name)}]`

/** A probe that is about the destination, and not about a workload, is taken. */
const conditionOf = ({ name, takes }: Choosy): string =>
  `(${takes}) or ${attribute(PROBE_FOR_ATTRIBUTE)} == ${literal(name)}`

/** A sender could have written marks itself. */
const CLEAR = `delete_matching_keys(resource.attributes, ${literal(`^${ATTRIBUTE.replaceAll('.', '[.]')}`)})`

const onResources = (signals: readonly Signal[], statements: string[]): ComponentConfig => ({
  error_mode: 'ignore',
  ...Object.fromEntries(signals.map((signal) => [STATEMENTS[signal], [{ context: 'resource', statements }]])),
})

/** Marks what each destination takes, before Actions change these signals; none where no destination has sources. */
export const takenMarks = (
  destinations: readonly RenderedDestination[],
  signals: readonly Signal[],
): ActionProcessor[] => {
  const choosy = destinations.filter(isChoosy)
  if (choosy.length === 0 || signals.length === 0) return []
  const statements = choosy.map((each) => `set(${attribute(ATTRIBUTE + each.name)}, true) where ${conditionOf(each)}`)
  return [{ id: MARK, signals: [...signals], config: onResources(signals, [CLEAR, ...statements]) }]
}

export const sourcesConnector = (signal: Signal): string => `routing/${signal}-sources`

/** What is to be sent to destinations, by signal. */
export interface Takers {
  signal: Signal
  destinations: readonly RenderedDestination[]
  /** For the list of exporters of a pipeline, of those without sources. */
  others: readonly string[]
  isMarked: boolean
}

/** Whether a connector divides what is sent to them. */
export const areDivided = ({ destinations }: Pick<Takers, 'destinations'>): boolean => destinations.some(isChoosy)

/** Removes the marks, in what is handed to destinations. */
export const unmarkedBy = (isMarked: boolean): string[] => (isMarked ? [UNMARK] : [])

const connectorConfig = ({ signal, destinations, others, isMarked }: Takers): ComponentConfig => ({
  error_mode: 'ignore',
  ...(others.length > 0 ? { default_pipelines: [`${signal}/${OTHERS}`] } : {}),
  table: destinations.filter(isChoosy).map((each) => ({
    context: 'resource',
    condition: isMarked ? `${attribute(ATTRIBUTE + each.name)} != nil` : conditionOf(each),
    action: 'copy',
    pipelines: [`${signal}/to-${each.name}`],
  })),
})

export interface Division {
  connectors: Components
  processors: Components
  pipelines: Record<`${Signal}/${string}`, Pipeline>
}

/** The connectors that divide, and the pipelines for all that have no sources. */
export const division = (all: readonly Takers[]): Division => {
  const divided = all.filter(areDivided)
  const marked = SIGNALS.filter((signal) => divided.some((each) => each.signal === signal && each.isMarked))
  return {
    connectors: Object.fromEntries(divided.map((each) => [sourcesConnector(each.signal), connectorConfig(each)])),
    processors: marked.length > 0 ? { [UNMARK]: onResources(marked, [CLEAR]) } : {},
    pipelines: Object.fromEntries(
      divided
        .filter(({ others }) => others.length > 0)
        .map(({ signal, others, isMarked }) => [
          `${signal}/${OTHERS}`,
          { receivers: [sourcesConnector(signal)], processors: unmarkedBy(isMarked), exporters: [...others] },
        ]),
    ),
  }
}
