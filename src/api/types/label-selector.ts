/** Label selectors, as Kubernetes defines them. */
import { z } from 'zod'
import { boundedMap } from './bounded.ts'

/** An optional DNS prefix and a name, as Kubernetes requires for label keys. */
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/

const labelValue = z.string().max(63).regex(LABEL_VALUE)

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

const VALUES_MESSAGE = 'values are required with In and NotIn, and not allowed with Exists and DoesNotExist'

const requirementSchema = z
  .object({
    key: z.string().min(1).max(317).regex(LABEL_KEY).describe('Label key that the requirement applies to.'),
    operator: z.enum(OPERATORS).describe('Relationship of the key to the values: In, NotIn, Exists or DoesNotExist.'),
    values: z
      .array(labelValue)
      .min(1)
      .max(100)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe('Label values. Required with In and NotIn, and not allowed with Exists and DoesNotExist.'),
  })
  .refine(({ operator, values }) => operator.endsWith('In') === (values !== undefined), VALUES_MESSAGE)
  .meta({
    'x-kubernetes-validations': [
      {
        rule: "(self.operator in ['In', 'NotIn']) == has(self.values)",
        message: VALUES_MESSAGE,
      },
    ],
  })
  .describe('Requirement on one label.')

/** metav1.LabelSelector within bounds. */
export const labelSelectorSchema = z.object({
  matchLabels: boundedMap(labelValue, { max: 50, keys: { pattern: LABEL_KEY, name: 'valid label keys' } })
    .optional()
    .describe('Labels that must be present with exactly these values.'),
  matchExpressions: z
    .array(requirementSchema)
    .max(50)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .describe('Requirements that must all be met.'),
})
export type LabelSelector = z.infer<typeof labelSelectorSchema>
type Requirement = z.infer<typeof requirementSchema>

export type Labels = Readonly<Record<string, string>>

const meets = ({ key, operator, values = [] }: Requirement, labels: Labels): boolean => {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    // As in Kubernetes, an object without the label matches.
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

/** Whether labels match. An absent or empty selector matches everything. */
export const matchesSelector = (selector: LabelSelector | undefined, labels: Labels): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  ) && (selector?.matchExpressions ?? []).every((requirement) => meets(requirement, labels))
