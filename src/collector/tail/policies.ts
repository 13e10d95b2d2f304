/** Which of the traces that were held back are kept: the first policy that holds decides. */
import type { TailSample } from '../../api/actions/tail-sample.ts'
import { selectedBy } from '../actions/marks.ts'
import type { ActionInput } from '../actions/processor.ts'
import { attributeIs, isKept } from '../actions/sampling.ts'
import type { ComponentConfig } from '../config.ts'

/** Holds for a trace if all conditions hold for one of its spans. */
const spanMatches = (name: string, conditions: readonly (string | undefined)[]): ComponentConfig => {
  const defined = conditions.filter((condition) => condition !== undefined)
  return {
    name,
    type: 'ottl_condition',
    ottl_condition: { error_mode: 'ignore', span: [defined.join(' and ') || 'true'] },
  }
}

const all = (name: string, policies: readonly ComponentConfig[]): ComponentConfig =>
  policies.length > 1 ? { name, type: 'and', and: { and_sub_policy: policies } } : { ...policies[0], name }

interface Rule extends TailSample {
  name: string
  /** Condition that holds for the selected spans. */
  selected: string | undefined
}

const errorsOf = ({ name, errors, selected }: Rule): ComponentConfig[] =>
  errors === 'Keep' ? [spanMatches(`${name}-errors`, [selected, 'span.status.code == STATUS_CODE_ERROR'])] : []

const slowOf = ({ name, slowerThanMilliseconds, selected }: Rule): ComponentConfig[] => {
  if (slowerThanMilliseconds === undefined) return []
  const slow = { name: 'duration', type: 'latency', latency: { threshold_ms: slowerThanMilliseconds } }
  return [all(`${name}-slow`, [slow, ...(selected === undefined ? [] : [spanMatches('selected', [selected])])])]
}

const attributesOf = ({ name, attributes, selected }: Rule): ComponentConfig[] =>
  attributes ? [spanMatches(`${name}-attributes`, [selected, `(${attributes.map(attributeIs).join(' or ')})`])] : []

/** A limit counts only what the ratio keeps. */
const shareOf = ({ name, ratio, spansPerSecond, selected }: Rule): ComponentConfig[] => {
  if (ratio === 0) return []
  const limit =
    spansPerSecond === undefined
      ? []
      : [{ name: 'limit', type: 'rate_limiting', rate_limiting: { spans_per_second: spansPerSecond } }]
  return [all(`${name}-ratio`, [spanMatches('share', [selected, isKept(ratio)]), ...limit])]
}

const ruleOf = (action: ActionInput): Rule[] => {
  const { tailSampleTraces } = action.spec
  return tailSampleTraces ? [{ ...tailSampleTraces, name: action.metadata.name, selected: selectedBy(action) }] : []
}

/** The policies of all Actions, and how long they wait. */
export const tailPolicies = (actions: readonly ActionInput[]): { waitSeconds: number; policies: ComponentConfig[] } => {
  const rules = actions.flatMap(ruleOf)
  return {
    waitSeconds: Math.max(...rules.map((rule) => rule.waitSeconds)),
    policies: [errorsOf, slowOf, attributesOf, shareOf].flatMap((policiesOf) => rules.flatMap(policiesOf)),
  }
}
