import type { KubeObject } from '../../../src/api/kubernetes.ts'

const crd = (kind: string, plural: string): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.odigos.io`, labels: { 'odigos.io/system-object': 'true' } },
  spec: {
    group: 'odigos.io',
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { other: { type: 'string' } } } },
          },
        },
      },
    ],
  },
})

/** Definitions of another product in our API group: one with a name that is ours too, one that we do not know. */
export const foreignCrds: readonly KubeObject[] = [crd('Destination', 'destinations'), crd('Source', 'sources')]
