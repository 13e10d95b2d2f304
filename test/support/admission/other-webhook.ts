/** A minimal mutating webhook of another project. */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { JsonPatchOperation, Pod } from '../../../src/api/kubernetes.ts'
import { authority, testCertificate } from './test-certificate.ts'

export interface OtherWebhook extends AsyncDisposable {
  /** MutatingWebhookConfiguration of that name: the API server calls webhooks in the order of names. */
  configuration: (name: string, namespace: string) => Record<string, unknown>
}

interface Review {
  request: { uid: string; object: Pod }
}

/** Responds to each pod with the patch that `mutate` returns. */
export const startOtherWebhook = async (mutate: (pod: Pod) => JsonPatchOperation[]): Promise<OtherWebhook> => {
  const server = createServer(await testCertificate(), (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { uid, object } = (JSON.parse(Buffer.concat(chunks).toString()) as Review).request
      const patch = Buffer.from(JSON.stringify(mutate(object))).toString('base64')
      const reviewed = { uid, allowed: true, patchType: 'JSONPatch', patch }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: reviewed }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`
  return {
    configuration: (name, namespace) => ({
      metadata: { name },
      webhooks: [
        {
          name: `${name}.example.com`,
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Fail',
          reinvocationPolicy: 'IfNeeded',
          clientConfig: { url, caBundle: Buffer.from(authority).toString('base64') },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        },
      ],
    }),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
