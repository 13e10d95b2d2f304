/** Pushes built images to a registry. */
import { run, step } from '../../tools/step.ts'
import type { BuiltImages } from './built-images.ts'
import type { ImageTool } from './tools.ts'
import { buildah, defaultTool } from './tools.ts'

// A registry on this machine is usually one without a certificate; Docker makes the same exception.
const isLocalRegistry = (registry: string): boolean => /^(localhost|127\.0\.0\.1)(:|\/|$)/.test(registry)

/** Pushes built images as `<registry>/<name>:<tag>`. */
export const pushImages = async (
  built: BuiltImages,
  registry: string,
  tool: ImageTool = defaultTool(),
): Promise<void> => {
  for (const { name, archive, reference } of built.images) {
    const target = `${registry}/${name}:${built.tag}`
    await step(`push ${target}`, async () => {
      if (tool === 'docker') {
        await run('docker', ['load', '-i', archive])
        await run('docker', ['tag', reference, target])
        await run('docker', ['push', target])
      } else {
        await run('buildah', buildah('pull', `oci-archive:${archive}`))
        const verify = `--tls-verify=${!isLocalRegistry(registry)}`
        await run('buildah', buildah('push', verify, reference, `docker://${target}`))
        await run('buildah', buildah('rmi', reference))
      }
    })
  }
}
