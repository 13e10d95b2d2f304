/** A disk that is so small that a test can fill it: a tmpfs, for which root is needed. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SmallDisk {
  /** Leaves not a byte; what it returns gives the room back. */
  fill: () => () => void
  unmount: () => void
}

export const mountSmallDisk = (folder: string, sizeMiB: number): SmallDisk => {
  mkdirSync(folder, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder])
  return {
    fill: () => {
      const file = join(folder, 'of-somebody-else')
      const { bavail, bsize } = statfsSync(folder)
      writeFileSync(file, Buffer.alloc(bavail * bsize))
      return () => rmSync(file)
    },
    unmount: () => void execFileSync('umount', [folder]),
  }
}
