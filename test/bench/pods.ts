import type { Pod } from '../../src/api/kubernetes.ts'
import { podOf } from '../support/admission/admission-review.ts'

const variables = (count: number): { name: string; value: string }[] =>
  Array.from({ length: count }, (_, index) => ({ name: `SETTING_${index}`, value: `value of the setting ${index}` }))

/** A pod as they are, with managedFields, probes and mounts, filled with environment up to about `bytes` of JSON. */
export const podOfSize = (workload: string, bytes: number): Pod => {
  const pod = podOf(workload)
  const mounts = Array.from({ length: 8 }, (_, index) => ({ name: `data-${index}`, mountPath: `/data/${index}` }))
  const resources = { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '512Mi' } }
  const probe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5 }
  const container = (name: string) => ({
    name,
    image: `registry.test/${name}:1.0`,
    resources,
    readinessProbe: probe,
    volumeMounts: mounts,
    env: variables(1),
  })
  pod.metadata = {
    ...pod.metadata,
    managedFields: [{ manager: 'kube-controller-manager', fieldsV1: { 'f:metadata': {} } }],
  }
  pod.spec = {
    containers: [container('app'), container('proxy'), container('log')],
    volumes: mounts.map(({ name }) => ({ name, emptyDir: {} })),
  }
  const missing = bytes - JSON.stringify(pod).length
  const each = Math.max(1, Math.round(missing / 3 / 60))
  for (const target of pod.spec.containers) target.env = variables(each)
  return pod
}
