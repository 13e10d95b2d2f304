import { customResourceDefinition } from '../../../src/api/crd.ts'
import { KINDS } from '../../../src/api/kinds/index.ts'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { RELEASE, VERSION_ANNOTATION } from '../../../src/api/names.ts'

/** For the API server in memory. */
export const CRD_COLLECTION = 'apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** Our CustomResourceDefinitions as an API server holds them once it serves them, as if a release had applied them. */
export const establishedCrds = (release = RELEASE): KubeObject[] =>
  KINDS.map(customResourceDefinition).map((crd) => ({
    ...crd,
    metadata: { ...crd.metadata, annotations: { ...crd.metadata.annotations, [VERSION_ANNOTATION]: release } },
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  }))
