import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { defineImage } from '../../../tools/image.ts'
import { installPackages } from '../../../tools/requirements.ts'

const SUPERVISOR = 'bin/s6-svscan'
const LIBRARIES = ['libs6.so.2.11', 'libskarnet.so.2.13', 'libexecline.so.2.9']
/** Files of Debian's package s6 and of what it depends on, below /usr. */
const FILES = [SUPERVISOR, 'bin/s6-supervise', ...LIBRARIES.map((name) => `lib/x86_64-linux-gnu/${name}`)]

/** A container whose entry point must be process 1, with the supervisor of s6-overlay. */
export default defineImage({
  name: 's6-neighbour',
  base: 'base',
  inputs: ['test/images/s6-neighbour'],
  assemble: async (contextDir) => {
    await installPackages({ [`/usr/${SUPERVISOR}`]: 's6' })
    for (const file of FILES) {
      const target = join(contextDir, 's6', file)
      await mkdir(dirname(target), { recursive: true })
      await copyFile(join('/usr', file), target)
    }
    for (const script of ['init', 'run']) await copyFile(join(import.meta.dirname, script), join(contextDir, script))
  },
})
