/** Whether the pod can run on the nodes that our images are for. What it merely prefers does not matter. */
import type { Pod, PodSpec } from '../../api/kubernetes.ts'
import { IMAGE_ARCHITECTURE } from '../../api/names.ts'
import type { Reason } from '../../api/reasons.ts'
import type { Fields } from '../../api/types/fields.ts'
import { asFields } from '../../api/types/fields.ts'
import type { AgentSubject } from '../agents/agent.ts'
import type { Rule, RuleResult } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

interface NodeProperty {
  rule: string
  reason: Reason
  /** Labels of nodes that name it, the current one first. */
  labels: readonly string[]
  /** Its value on the nodes that our images are for. */
  value: string
}

const OPERATING_SYSTEM: NodeProperty = {
  rule: 'operating system',
  reason: 'NotLinux',
  labels: ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  value: 'linux',
}
const ARCHITECTURE: NodeProperty = {
  rule: 'architecture',
  reason: 'ArchitectureNotSupported',
  labels: ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
  value: IMAGE_ARCHITECTURE,
}

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(asFields) : [])

/** What an expression requires instead, as words. */
const insteadOf = (expression: Fields, { labels, value }: NodeProperty): string | undefined => {
  const { key, operator, values } = expression
  if (typeof key !== 'string' || !labels.includes(key) || !Array.isArray(values)) return undefined
  if (operator === 'In' && !values.includes(value)) return values.join(' or ')
  return operator === 'NotIn' && values.includes(value) ? `another than ${value}` : undefined
}

/** A term holds if all of its expressions do, and one term is enough. */
const requiredByAffinity = ({ affinity }: PodSpec, property: NodeProperty): string | undefined => {
  const { requiredDuringSchedulingIgnoredDuringExecution: required } = asFields(asFields(affinity)['nodeAffinity'])
  const terms = listOf(asFields(required)['nodeSelectorTerms']).map((term) =>
    listOf(term['matchExpressions'])
      .map((expression) => insteadOf(expression, property))
      .find(Boolean),
  )
  return terms.every(Boolean) ? terms[0] : undefined
}

const judge = ({ spec }: Pod, property: NodeProperty, declared: string | undefined): RuleResult => {
  const selected = property.labels.map((label) => spec.nodeSelector?.[label]).find(Boolean)
  const required = [
    { name: declared, from: `${property.rule} of the pod` },
    { name: selected, from: 'nodeSelector of the pod' },
    { name: requiredByAffinity(spec, property), from: 'affinity of the pod' },
  ]
  const other = required.find(({ name }) => typeof name === 'string' && name !== property.value)
  return other
    ? refused(property.reason, `the pod requires ${other.name}`, other.from)
    : allowed(property.value, 'what the pod requires of its node')
}

export const nodeRules: readonly Rule<AgentSubject>[] = [
  {
    rule: OPERATING_SYSTEM.rule,
    check: ({ pod }) => judge(pod, OPERATING_SYSTEM, pod.spec.os?.name),
  },
  {
    rule: ARCHITECTURE.rule,
    check: ({ pod, decision, agent }) => {
      // A user can have images for other architectures.
      if (decision.reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
      return agent.delivery === 'configuration'
        ? allowed('not checked', 'no agent is added')
        : judge(pod, ARCHITECTURE, undefined)
    },
  },
]
