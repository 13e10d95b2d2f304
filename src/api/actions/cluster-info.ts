/** What telemetry says of the cluster that it comes from. */
import { z } from 'zod'
import { boundedMap } from '../types/bounded.ts'

export const CLUSTER_NAME = 'k8s.cluster.name'

const NOTHING_MESSAGE = 'clusterName or attributes is required'
const TWICE_MESSAGE = `clusterName excludes ${CLUSTER_NAME} in attributes`

export const clusterInfoSchema = z
  .object({
    clusterName: z.string().min(1).max(256).optional().describe(`Name of the cluster, as ${CLUSTER_NAME}.`),
    attributes: boundedMap(z.string().max(1024), { min: 1, max: 50, maxKey: 256 })
      .optional()
      .describe('More resource attributes, such as cloud.region.'),
    overwrite: z
      .boolean()
      .default(false)
      .describe('Whether values that telemetry has already are replaced, also empty ones.'),
  })
  .refine(({ clusterName, attributes }) => clusterName !== undefined || attributes !== undefined, NOTHING_MESSAGE)
  .refine(
    ({ clusterName, attributes }) => clusterName === undefined || !Object.hasOwn(attributes ?? {}, CLUSTER_NAME),
    TWICE_MESSAGE,
  )
  .meta({
    'x-kubernetes-validations': [
      { rule: 'has(self.clusterName) || has(self.attributes)', message: NOTHING_MESSAGE },
      {
        rule: `!has(self.clusterName) || !has(self.attributes) || !('${CLUSTER_NAME}' in self.attributes)`,
        message: TWICE_MESSAGE,
      },
    ],
  })
export type ClusterInfo = z.infer<typeof clusterInfoSchema>
