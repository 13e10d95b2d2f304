/** The two programs that can build an image, and how they are called. */
import { join } from 'node:path'
import { isInstalled } from '../../tools/requirements.ts'
import { CACHE_DIR } from '../../tools/step.ts'

export type ImageTool = 'buildah' | 'docker'

const STORAGE = join(CACHE_DIR, 'images', 'storage')

/** Arguments for buildah with a separate storage, so that the machine's images are not affected. */
export const buildah = (command: string, ...args: string[]): string[] => [
  '--root',
  STORAGE,
  '--runroot',
  join(STORAGE, 'run'),
  '--storage-driver',
  'overlay',
  command,
  ...args,
]

/** buildah if installed, because it needs neither daemon nor registry; otherwise docker. */
export const defaultTool = (): ImageTool => (isInstalled('buildah') || !isInstalled('docker') ? 'buildah' : 'docker')
