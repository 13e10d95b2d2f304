import type { Pod } from '../../../src/api/kubernetes.ts'

const UID = '705ab4f5-6393-11e8-b7cc-42010a800002'

/** An AdmissionReview for the creation of a pod, with fields in the API server's order. */
export const reviewFor = (pod: unknown, change: { uid?: string; namespace?: string } = {}): string =>
  JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: change.uid ?? UID,
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      namespace: change.namespace ?? 'shop',
      operation: 'CREATE',
      userInfo: {
        username: 'system:serviceaccount:kube-system:replicaset-controller',
        groups: ['system:authenticated'],
      },
      object: pod,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  })

/** A pod of the Deployment `name`, as its ReplicaSet creates it. */
export const podOf = (name: string, spec: Partial<Pod['spec']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    generateName: `${name}-5d59d67564-`,
    namespace: 'shop',
    labels: { app: name, 'pod-template-hash': '5d59d67564' },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-5d59d67564`, uid: 'a1', controller: true },
    ],
  },
  spec: { containers: [{ name: 'app', image: `registry.test/${name}:1.0` }], ...spec },
})
