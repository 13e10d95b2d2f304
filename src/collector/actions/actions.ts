import type { ActionSpec } from '../../api/kinds/action.ts'
import { actionSignals, isDryRun } from '../../api/kinds/action.ts'
import type { Signal } from '../../api/vocabulary.ts'
import type { ComponentConfig } from '../config.ts'
import type { Statements } from './attributes.ts'
import { addStatements, clusterStatements, deleteStatements, maskStatements, renameStatements } from './attributes.ts'
import { dropFilter } from './drops.ts'
import type { DryRunAction } from './dry-runs.ts'
import { selectorCondition } from '../ottl.ts'
import { marksOf, NOTHING, selectedBy } from './marks.ts'
import { maskContext } from './masks.ts'
import type { ActionInput, ActionProcessor } from './processor.ts'
import { STATEMENTS } from './processor.ts'
import { templateQueryStatements } from './query-templates.ts'
import { samplingFilter } from './sampling.ts'
import { templateURLStatements } from './url-templates.ts'

/** Contexts of the transform processor in which a signal has attributes, the innermost first: conditions read those of the resource. */
const CONTEXTS: Record<Signal, readonly string[]> = {
  traces: ['spanevent', 'span', 'scope', 'resource'],
  metrics: ['datapoint', 'scope', 'resource'],
  logs: ['log', 'scope', 'resource'],
}

/** What an Action that transforms does, and in which contexts. */
interface Transformation {
  statements: Statements
  contexts?: ReadonlySet<string>
}

const transform = (action: ActionInput, { statements, contexts }: Transformation): ComponentConfig => {
  const condition = selectedBy(action)
  const groupsOf = (signal: Signal) =>
    CONTEXTS[signal]
      .filter((context) => contexts?.has(context) ?? true)
      .map((context) => ({ context, statements: statements(context, condition) }))
  const lists = (action.spec.signals ?? []).map((signal) => [STATEMENTS[signal], groupsOf(signal)])
  return { error_mode: 'ignore', ...Object.fromEntries(lists) }
}

const RESOURCE: ReadonlySet<string> = new Set(['resource'])
/** Contexts of the records that may be about a request. */
const RECORDS: ReadonlySet<string> = new Set(['span', 'log'])

const ofAttributes = (spec: ActionSpec): Transformation | undefined => {
  if (spec.addAttributes) return { statements: addStatements(spec.addAttributes), contexts: RESOURCE }
  if (spec.addClusterInfo) return { statements: clusterStatements(spec.addClusterInfo), contexts: RESOURCE }
  if (spec.deleteAttributes) return { statements: deleteStatements(spec.deleteAttributes) }
  if (spec.renameAttributes) return { statements: renameStatements(spec.renameAttributes) }
  return spec.maskAttributes && { statements: maskStatements(spec.maskAttributes) }
}

const ofValues = ({ maskValues, templateURLs, templateQueries }: ActionSpec): Transformation | undefined => {
  if (maskValues) return { statements: (context, condition) => maskContext(context, maskValues, condition) }
  if (templateQueries) return { statements: templateQueryStatements(templateQueries), contexts: RECORDS }
  return templateURLs && { statements: templateURLStatements(templateURLs), contexts: RECORDS }
}

const filterOf = ({ spec }: ActionInput, condition: string | undefined): ComponentConfig | undefined => {
  if (spec.sampleTraces) return samplingFilter(spec.sampleTraces, condition)
  return spec.dropTelemetry && dropFilter(spec.dropTelemetry, spec.signals ?? [], condition)
}

const processorOf = (action: ActionInput): ActionProcessor | undefined => {
  const { metadata, spec } = action
  const filter = filterOf(action, selectedBy(action))
  if (filter) return { id: `filter/${metadata.name}`, signals: [...actionSignals(spec)], config: filter }
  const transformation = ofAttributes(spec) ?? ofValues(spec)
  return (
    transformation && {
      id: `transform/${metadata.name}`,
      signals: spec.signals ?? [],
      config: transform(action, transformation),
    }
  )
}

const isTransformation = ({ id }: ActionProcessor): boolean => id.startsWith('transform/')

/** Sampling and filters first, so that what is dropped costs nothing; then by name, so that the order is stable. */
const order = (a: ActionProcessor, b: ActionProcessor): number =>
  Number(isTransformation(a)) - Number(isTransformation(b)) || (a.id < b.id ? -1 : 1)

interface Implemented {
  action: ActionInput
  processor: ActionProcessor
}

/** Those in mode DryRun that have an effect on some of the signals. */
export const dryRunActions = (actions: readonly ActionInput[], signals: readonly Signal[]): DryRunAction[] =>
  actions
    .filter((action) => !action.spec.disabled && isDryRun(action.spec))
    .flatMap((action): DryRunAction[] => {
      // Nothing has marked yet what is selected, where the counts are.
      const filter = filterOf(action, selectorCondition(action.selected))
      const own = signals.filter((signal) => actionSignals(action.spec).includes(signal))
      return filter && own.length > 0 ? [{ action, signals: own, filter }] : []
    })

const implemented = (actions: readonly ActionInput[]): Implemented[] =>
  actions
    .filter((action) => !action.spec.disabled && !isDryRun(action.spec))
    .flatMap((action) => {
      const processor = processorOf(action)
      return processor ? [{ action, processor }] : []
    })
    .sort((a, b) => order(a.processor, b.processor))

/** The processors that implement the enabled Actions, in the order in which they run. */
export const ownProcessors = (actions: readonly ActionInput[]): ActionProcessor[] =>
  implemented(actions).map(({ processor }) => processor)

/** Those that decide about whole traces, of what they select; it is not a processor of each Action that does. */
export const tailActions = (actions: readonly ActionInput[]): ActionInput[] =>
  actions.filter(
    (action) => !action.spec.disabled && action.spec.tailSampleTraces !== undefined && selectedBy(action) !== NOTHING,
  )

/** The processors of a gateway for Actions, in the order in which they run. Between filters and transformations, nothing has been changed. */
export interface ActionStages {
  mark: ActionProcessor[]
  filter: ActionProcessor[]
  transform: ActionProcessor[]
}

export const actionStages = (actions: readonly ActionInput[]): ActionStages => {
  const found = implemented(actions)
  const own = found.map(({ processor }) => processor)
  const { mark, unmark } = marksOf([
    ...found.map(({ action, processor: { signals } }) => ({ action, signals })),
    ...tailActions(actions).map((action) => ({ action, signals: [...actionSignals(action.spec)] })),
  ])
  return {
    mark,
    filter: own.filter((each) => !isTransformation(each)),
    transform: [...own.filter(isTransformation), ...unmark],
  }
}
