import { z } from 'zod'
import { languageSchema } from '../vocabulary.ts'
import { labelSelectorSchema } from './label-selector.ts'

/** Fields by which InstrumentationRules and Actions select workloads; a field that is absent selects everything. */
export const selectorFields = {
  namespaceSelector: labelSelectorSchema
    .optional()
    .describe('Selects namespaces by label. An empty or absent selector selects all namespaces.'),
  workloadSelector: labelSelectorSchema
    .optional()
    .describe("Selects workloads by their own labels, not their pods'. An empty or absent selector selects all."),
  languages: z
    .array(languageSchema)
    .min(1)
    .max(20)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Languages of the selected containers; all languages if absent.'),
}
