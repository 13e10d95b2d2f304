/** Base images from Debian packages, for machines with access to a package mirror but not to a registry. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { IMAGE_ARCHITECTURE } from '../../src/api/names.ts'
import { CACHE_DIR, run, runs, step } from '../../tools/step.ts'
import { buildah } from './tools.ts'
import type { BaseImage } from '../../tools/image.ts'

const COMMON = ['libstdc++6', 'ca-certificates']
const PACKAGES_OF: Readonly<Record<BaseImage, readonly string[]>> = {
  base: COMMON,
  'base-python': [...COMMON, 'python3'],
  'base-java': [...COMMON, 'openjdk-17-jre-headless'],
  scratch: [],
}

// Java's packages create links in the folders of manual pages and fail if these are missing.
const UNWANTED = ['/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/info/*', '/usr/share/man/*/*']
const HOOKS = [
  'mkdir -p "$1/usr/share/man/man1"',
  'rm -rf "$1"/var/cache/* "$1"/var/log/* "$1"/var/lib/apt/lists/* "$1"/var/lib/dpkg/info/*.md5sums "$1"/usr/share/zoneinfo',
  'echo nonroot:x:65532:65532::/tmp:/usr/sbin/nologin >> "$1/etc/passwd"; echo nonroot:x:65532: >> "$1/etc/group"',
]

const recipe = (base: BaseImage): string[] => [
  '--quiet',
  '--variant=essential',
  `--architectures=${IMAGE_ARCHITECTURE}`,
  `--include=${PACKAGES_OF[base].join(',')}`,
  ...UNWANTED.map((path) => `--dpkgopt=path-exclude=${path}`),
  `--essential-hook=${HOOKS[0]}`,
  ...HOOKS.slice(1).map((hook) => `--customize-hook=${hook}`),
]

/** Hash of a base image's recipe. */
export const baseHash = (base: BaseImage): string =>
  base === 'scratch' ? '' : createHash('sha256').update(recipe(base).join('\n')).digest('hex').slice(0, 12)

const makeRoot = async (base: BaseImage, file: string): Promise<void> => {
  const log = join(CACHE_DIR, 'log', `${base}.log`)
  const part = `${file}.${process.pid}.part`
  // Without build timestamps, equal packages result in equal layers.
  await run('mmdebstrap', [...recipe(base), '--format=tar', 'bookworm', part], {
    log,
    env: { SOURCE_DATE_EPOCH: '1700000000' },
  })
  await rename(part, file)
}

const making = new Map<BaseImage, Promise<string>>()

const makeBaseOnce = async (base: BaseImage): Promise<string> => {
  if (base === 'scratch') return 'scratch'
  const name = `localhost/odigos-${base}:${baseHash(base)}`
  if (await runs('buildah', buildah('inspect', '--type', 'image', name))) return name
  const folder = join(CACHE_DIR, 'images', `${base}-${baseHash(base)}`)
  await mkdir(folder, { recursive: true })
  const root = join(folder, 'root.tar')
  await step(`base image ${base}`, async () => {
    if (!existsSync(root)) await makeRoot(base, root)
    await writeFile(
      join(folder, 'Dockerfile'),
      'FROM scratch\nADD root.tar /\nENV PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8\n',
    )
    await run('buildah', buildah('bud', '--isolation', 'chroot', '--timestamp', '0', '-t', name, folder))
  })
  return name
}

/** Creates a base image unless the storage contains it; returns its name there. Safe to call concurrently. */
export const makeBase = (base: BaseImage): Promise<string> => {
  const started = making.get(base)
  if (started !== undefined) return started
  const making_ = makeBaseOnce(base)
  making.set(base, making_)
  return making_
}
