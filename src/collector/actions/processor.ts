import type { Action } from '../../api/kinds/action.ts'
import type { Signal } from '../../api/vocabulary.ts'
import type { ComponentConfig } from '../config.ts'
import type { Selected } from '../ottl.ts'

/** An Action with the objects that its selectors match. */
export interface ActionInput extends Pick<Action, 'metadata' | 'spec'> {
  selected?: Selected | undefined
}

/** A processor of a gateway that implements an Action. */
export interface ActionProcessor {
  id: string
  signals: Signal[]
  config: ComponentConfig
}

/** Where the transform processor has the statements of a signal. */
export const STATEMENTS: Record<Signal, string> = {
  traces: 'trace_statements',
  metrics: 'metric_statements',
  logs: 'log_statements',
}
