import { z } from 'zod'
import { languageSchema } from '../vocabulary.ts'
import { labelSelectorSchema } from './label-selector.ts'

/** Fields by which InstrumentationRules and Actions select workloads; an absent field selects everything. */
export const selectorFields = {
  namespaceSelector: labelSelectorSchema
    .optional()
    .describe('Selects namespaces by label. An empty or absent selector selects all namespaces.'),
  workloadSelector: labelSelectorSchema
    .optional()
    .describe(
      'Selects workloads by their own labels, not by those of their pods. An empty or absent selector selects all workloads.',
    ),
  languages: z
    .array(languageSchema)
    .min(1)
    .max(20)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Languages of the selected containers. If absent, all languages are selected.'),
}
