/** Which telemetry a Destination takes. */
import { z } from 'zod'
import { selectorFields } from '../types/selector-fields.ts'
import { listedNameSchema, nameSchema } from '../vocabulary.ts'
import { WORKLOAD_KINDS } from '../workload-kinds.ts'

/** Each name is a comparison for each resource. */
const MAX_NAMES = 100

const namespaceNames = z
  .array(listedNameSchema)
  .min(1)
  .max(MAX_NAMES)
  .optional()
  .meta({ 'x-kubernetes-list-type': 'set' })

const KINDS = WORKLOAD_KINDS.map(({ kind }) => kind)

const workloadNames = z
  .array(
    z.object({
      namespace: nameSchema.describe('Namespace of the workload.'),
      kind: z.enum(KINDS).describe('Kind of the workload.'),
      name: nameSchema.describe('Name of the workload.'),
    }),
  )
  .min(1)
  .max(MAX_NAMES)
  .optional()
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['namespace', 'kind', 'name'] })

export const sourcesSchema = z
  .object({
    ...selectorFields,
    namespaces: namespaceNames.describe('Namespaces by name. If absent, all namespaces are selected.'),
    excludedNamespaces: namespaceNames.describe(
      'Namespaces by name whose telemetry is not sent to this destination, whatever else is selected.',
    ),
    workloads: workloadNames.describe('Workloads by name. If absent, all workloads are selected.'),
  })
  .describe(
    'Telemetry sent to this destination. Fields that are set must all match. If absent or empty, all telemetry of the signals is sent. Telemetry without a namespace, such as metrics of nodes, is sent only to destinations without sources.',
  )
export type Sources = z.infer<typeof sourcesSchema>
