import { join } from 'node:path'
import { SYSTEM_NAMESPACE } from '../../src/api/names.ts'
import { REPOSITORY } from '../images/find.ts'
import type { Kubectl } from './kubectl.ts'

export interface InstallOptions {
  /** Registry and path of the images, such as `localhost/odigos`. */
  registry: string
  tag: string
  /** Image of the collectors. Default: the chart's (upstream). */
  collectorImage?: string
}

/**
 * Installs or upgrades the chart, and waits until everything is ready, including the CustomResourceDefinitions, which the
 * instrumentor applies. The namespace allows what detector pods need (the host's process namespace), regardless of the
 * cluster's default.
 */
export const install = async (kubectl: Kubectl, options: InstallOptions): Promise<void> => {
  await kubectl.apply([
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: SYSTEM_NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    },
  ])
  const values = [`image.registry=${options.registry}`, `image.tag=${options.tag}`]
  if (options.collectorImage) values.push(`collector.image=${options.collectorImage}`)
  await kubectl.helm([
    'upgrade',
    '--install',
    'odigos',
    join(REPOSITORY, 'deploy/helm'),
    `--namespace=${SYSTEM_NAMESPACE}`,
    '--wait',
    '--timeout=5m',
    ...values.flatMap((value) => ['--set-string', value]),
  ])
}
