import type { ActionSpec } from '../../api/kinds/action.ts'
import type { Signal } from '../../api/vocabulary.ts'
import type { ComponentConfig } from '../config.ts'
import { dropFilter } from './drops.ts'
import { betweenMarks, selectedBy } from './marks.ts'
import { maskContext, maskNamed } from './masks.ts'
import type { ActionInput, ActionProcessor } from './processor.ts'
import { STATEMENTS } from './processor.ts'
import { literal, where } from '../ottl.ts'

/** Contexts of the transform processor in which a signal has attributes, the innermost first: conditions read those of the resource. */
const CONTEXTS: Record<Signal, readonly string[]> = {
  traces: ['spanevent', 'span', 'scope', 'resource'],
  metrics: ['datapoint', 'scope', 'resource'],
  logs: ['log', 'scope', 'resource'],
}

/** Statements in a context, for telemetry that meets the condition. */
type Statements = (context: string, condition: string | undefined) => string[]

const attributeOf = (context: string, name: string): string => `${context}.attributes[${literal(name)}]`

const deleteStatements =
  (names: readonly string[]): Statements =>
  (context, condition) =>
    names.map((name) => where(`delete_key(${context}.attributes, ${literal(name)})`, condition))

const renameStatements =
  (names: Record<string, string>): Statements =>
  (context, condition) =>
    Object.entries(names).flatMap(([from, to]) => {
      const old = attributeOf(context, from)
      return [
        where(`set(${attributeOf(context, to)}, ${old})`, `${old} != nil`, condition),
        where(`delete_key(${context}.attributes, ${literal(from)})`, condition),
      ]
    })

const maskStatements =
  ({ attributes, ...what }: NonNullable<ActionSpec['maskAttributes']>): Statements =>
  (context, condition) =>
    maskNamed(context, attributes, what, condition)

const addStatements =
  (added: Record<string, string>): Statements =>
  (context, condition) =>
    Object.entries(added).map(([name, value]) => {
      const target = attributeOf(context, name)
      return where(`set(${target}, ${literal(value)})`, `${target} == nil`, condition)
    })

const transform = (action: ActionInput, place: 'resource' | 'everywhere', statements: Statements): ComponentConfig => {
  const condition = selectedBy(action)
  const groupsOf = (signal: Signal) =>
    (place === 'resource' ? ['resource'] : CONTEXTS[signal]).map((context) => ({
      context,
      statements: statements(context, condition),
    }))
  const lists = (action.spec.signals ?? []).map((signal) => [STATEMENTS[signal], groupsOf(signal)])
  return { error_mode: 'ignore', ...Object.fromEntries(lists) }
}

/** 56 bits of a trace ID are random (W3C Trace Context, level 2); as 14 hexadecimal digits they compare as text. */
const RANDOM_DIGITS = 14
const TRACE_ID_DIGITS = 32

/** Traces whose random part is below this are dropped. */
const threshold = (ratio: number): string => {
  const steps = 2 ** 32
  const high = Math.min(steps - 1, Math.round((1 - ratio) * steps))
  return high.toString(16).padStart(8, '0').padEnd(RANDOM_DIGITS, '0')
}

/**
 * Every Action decides by the same digits, so that of several the lowest ratio counts, and traces stay whole. The sampling processor decides
 * by others, and two of them in a row drop everything.
 */
const samplingFilter = (ratio: number, condition: string | undefined): ComponentConfig => {
  const random = `Substring(span.trace_id.string, ${TRACE_ID_DIGITS - RANDOM_DIGITS}, ${RANDOM_DIGITS})`
  const conditions = [condition, ratio === 0 ? undefined : `${random} < ${literal(threshold(ratio))}`].filter(Boolean)
  return { error_mode: 'ignore', traces: { span: [conditions.join(' and ') || 'true'] } }
}

/** The statements of an Action that transforms. */
const statementsOf = (spec: ActionSpec): Statements | undefined => {
  if (spec.addAttributes) return addStatements(spec.addAttributes)
  if (spec.deleteAttributes) return deleteStatements(spec.deleteAttributes)
  if (spec.renameAttributes) return renameStatements(spec.renameAttributes)
  if (spec.maskAttributes) return maskStatements(spec.maskAttributes)
  const { maskValues } = spec
  return maskValues && ((context, condition) => maskContext(context, maskValues, condition))
}

const processorOf = (action: ActionInput): ActionProcessor | undefined => {
  const { metadata, spec } = action
  const id = `filter/${metadata.name}`
  if (spec.sampleTraces)
    return { id, signals: ['traces'], config: samplingFilter(spec.sampleTraces.ratio, selectedBy(action)) }
  if (spec.dropTelemetry) {
    const { signals = [], dropTelemetry } = spec
    return { id, signals, config: dropFilter(dropTelemetry, signals, selectedBy(action)) }
  }
  const statements = statementsOf(spec)
  return (
    statements && {
      id: `transform/${metadata.name}`,
      signals: spec.signals ?? [],
      config: transform(action, spec.addAttributes ? 'resource' : 'everywhere', statements),
    }
  )
}

/** Sampling and filters first, so that what is dropped costs nothing; then by name, so that the order is stable. */
const order = (a: ActionProcessor, b: ActionProcessor): number => {
  const rank = (processor: ActionProcessor): number => (processor.id.startsWith('transform/') ? 1 : 0)
  return rank(a) - rank(b) || (a.id < b.id ? -1 : 1)
}

interface Implemented {
  action: ActionInput
  processor: ActionProcessor
}

const implemented = (actions: readonly ActionInput[]): Implemented[] =>
  actions
    .filter(({ spec }) => !spec.disabled)
    .flatMap((action) => {
      const processor = processorOf(action)
      return processor ? [{ action, processor }] : []
    })
    .sort((a, b) => order(a.processor, b.processor))

/** The processors that implement the enabled Actions, in the order in which they run. */
export const ownProcessors = (actions: readonly ActionInput[]): ActionProcessor[] =>
  implemented(actions).map(({ processor }) => processor)

/** All processors of a gateway for Actions. */
export const actionProcessors = (actions: readonly ActionInput[]): ActionProcessor[] =>
  betweenMarks(implemented(actions))
