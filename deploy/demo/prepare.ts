import { SYSTEM_NAMESPACE } from '../../src/api/names.ts'
import { shopManifests } from '../../examples/shop/deploy.ts'
import { buildImages, checkoutTag } from '../images/build.ts'
import { importImages } from '../images/import.ts'
import { startCluster } from '../local/cluster.ts'
import { RemedyError, step } from '../../tools/step.ts'
import { backendDestination, backendManifests } from './backend.ts'
import { install } from './install.ts'
import type { Kubectl, Target } from './kubectl.ts'
import { createKubectl, requireClients } from './kubectl.ts'

export interface PrepareOptions {
  context?: string | undefined
  registry?: string | undefined
  tag?: string | undefined
  replace?: boolean | undefined
}

export interface Prepared {
  target: Target
  registry: string
  tag: string
}

const LOCAL_REGISTRY = 'localhost/odigos'

/** A local cluster with all images of this checkout. */
const localCluster = async (replace: boolean | undefined): Promise<Prepared> => {
  console.log('Local Kubernetes')
  const { kubeconfig } = await startCluster(replace ? { replace } : {})
  console.log('Images')
  const built = await buildImages()
  await importImages(built)
  return { target: { kubeconfig }, registry: LOCAL_REGISTRY, tag: built.tag }
}

/** A cluster of the user, which pulls the images from a registry. */
const givenCluster = async ({ context, registry, tag }: PrepareOptions): Promise<Prepared> => {
  if (!registry) {
    throw new RemedyError(
      '--context requires --registry, from which the cluster pulls the images.\n' +
        'Push them with: npm run images -- --registry NAME --push',
    )
  }
  requireClients()
  const source = { target: { kubeconfig: undefined, context }, registry, tag: tag ?? (await checkoutTag()) }
  console.log(`Using the images of ${registry} with the tag ${source.tag}`)
  return source
}

/** Waits for the applied Deployments; the error names one that does not become ready. */
const awaitRollouts = (kubectl: Kubectl, namespace: string): Promise<string> =>
  kubectl.run(['rollout', 'status', 'deployment', '-n', namespace, '--timeout=300s'])

/** Cluster, images, Odigos, the backend with its Destination, and the shop: everything up to the first label. */
export const prepareCluster = async (options: PrepareOptions): Promise<Prepared> => {
  const prepared = options.context ? await givenCluster(options) : await localCluster(options.replace)
  const { registry, tag, target } = prepared
  const kubectl = createKubectl(target)
  const isLocal = registry === LOCAL_REGISTRY
  const image = (name: string): string => `${registry}/${name}:${tag}`
  console.log('Odigos and the shop')
  await step('Odigos is installed', () =>
    install(kubectl, { registry, tag, ...(isLocal ? { collectorImage: image('collector') } : {}) }),
  )
  await step('the trace backend and the shop run', async () => {
    await kubectl.apply(backendManifests({ collector: image('collector'), reader: image('control-plane') }))
    await kubectl.apply([backendDestination(SYSTEM_NAMESPACE)])
    await kubectl.apply(shopManifests({ registry, tag }))
    await Promise.all(['trace-backend', 'shop', 'shop-load'].map((namespace) => awaitRollouts(kubectl, namespace)))
  })
  return prepared
}
