/** Puts built images into the local cluster. */
import { CONTAINERD_SOCKET } from '../local/settings.ts'
import { toolPath } from '../toolchain/build.ts'
import { run, step } from '../../tools/step.ts'
import type { BuiltImage, BuiltImages } from './built-images.ts'

const ctr = (...args: string[]): Promise<string> =>
  run(toolPath('ctr'), ['--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io', 'images', ...args])

// The kubelet removes unused images when the disk fills up; these could not be pulled again.
const pin = (reference: string): Promise<string> => ctr('label', reference, 'io.cri-containerd.pinned=pinned')

const importOne = async (image: BuiltImage): Promise<void> => {
  await ctr('import', image.archive)
  await pin(image.reference)
}

/** Imports images that containerd lacks, under their own reference and under `localhost/odigos/<name>:<common tag>`. */
export const importImages = async (built: BuiltImages, names?: readonly string[]): Promise<void> => {
  const present = new Set((await ctr('ls', '--quiet')).split('\n'))
  for (const image of built.images.filter(({ name }) => names?.includes(name) ?? true)) {
    if (!present.has(image.reference)) await step(`import ${image.name}`, () => importOne(image))
    const tagged = `${image.repository}:${built.tag}`
    if (present.has(tagged)) continue
    await ctr('tag', '--force', image.reference, tagged)
    await pin(tagged)
  }
}

/** Gives an image of the local cluster another reference, under which a kubelet finds it without asking a registry. */
export const addReference = (reference: string, added: string): Promise<string> => ctr('tag', reference, added)

export const removeReference = (reference: string): Promise<string> => ctr('rm', reference)
