/**
 * Builds the images into OCI archives in the cache, once for the same inputs.
 *
 *     npm run images [-- NAME…] [--tool docker] [--registry NAME --push] [--import]
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { UsageError, runMain } from '../../tools/command.ts'
import { meetBuildRequirements } from '../../tools/requirements.ts'
import { RemedyError, CACHE_DIR, run, step } from '../../tools/step.ts'
import { baseHash, makeBase } from './base.ts'
import type { BuiltImage, BuiltImages } from './built-images.ts'
import { commonTag, findImages } from './find.ts'
import type { FoundImage } from './find.ts'
import { pushImages } from './push.ts'
import { buildah, defaultTool } from './tools.ts'
import type { ImageTool } from './tools.ts'

// Two checkouts, or a reverted change, should not build the same image repeatedly.
const KEPT_ARCHIVES = 4

const describe = ({ definition, hash }: FoundImage): BuiltImage => {
  const repository = `localhost/odigos/${definition.name}`
  return {
    name: definition.name,
    repository,
    reference: `${repository}:${hash}`,
    archive: join(CACHE_DIR, 'images', `${definition.name}-${hash}.tar`),
  }
}

const buildWithBuildah = async (found: FoundImage, contextDir: string, archive: string): Promise<void> => {
  const { reference, name } = describe(found)
  const log = join(CACHE_DIR, 'log', `image-${name}.log`)
  const base = await makeBase(found.definition.base)
  const file = ['-f', join(found.folder, 'Dockerfile'), '--build-arg', `BASE_IMAGE=${base}`]
  const options = ['--isolation', 'chroot', '--pull-never', '--timestamp', '0', '--format', 'oci']
  await run('buildah', buildah('bud', ...options, ...file, '-t', reference, contextDir), { log })
  await run('buildah', buildah('push', '--disable-compression', reference, `oci-archive:${archive}:${reference}`), {
    log,
  })
  await run('buildah', buildah('rmi', reference), { log }) // the archive is complete; the base is kept
}

const buildWithDocker = async (found: FoundImage, contextDir: string, archive: string): Promise<void> => {
  const { reference, name } = describe(found)
  const log = join(CACHE_DIR, 'log', `image-${name}.log`)
  await run('docker', ['build', '-f', join(found.folder, 'Dockerfile'), '-t', reference, contextDir], { log })
  await run('docker', ['save', '-o', archive, reference], { log })
}

/** Removes all but the newest archives of an image: each change creates another. */
const prune = async (name: string): Promise<void> => {
  const folder = join(CACHE_DIR, 'images')
  const own = new RegExp(`^${name}-[0-9a-f]{12}\\.tar$`)
  const files = (await readdir(folder)).filter((file) => own.test(file)).map((file) => join(folder, file))
  const ages = await Promise.all(files.map(async (file) => ({ file, ms: (await stat(file)).mtimeMs })))
  const old = ages.toSorted((a, b) => b.ms - a.ms).slice(KEPT_ARCHIVES)
  for (const { file } of old) await rm(file, { force: true })
}

const buildOne = async (found: FoundImage, tool: ImageTool): Promise<void> => {
  const { archive } = describe(found)
  if (existsSync(archive)) return
  const contextDir = await mkdtemp(join(tmpdir(), `odigos-image-${found.definition.name}-`))
  const part = `${archive}.${process.pid}.part`
  try {
    await found.definition.assemble(contextDir)
    await (tool === 'docker' ? buildWithDocker : buildWithBuildah)(found, contextDir, part)
    await rename(part, archive)
    await prune(found.definition.name)
  } finally {
    await rm(contextDir, { recursive: true, force: true })
    await rm(part, { force: true })
  }
}

/**
 * Runs the work on all items, two at a time: one usually waits for a download while the other computes. A failure does
 * not stop the others, so that a second run repeats only the failed ones.
 */
const twoAtATime = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const queue = [...items]
  const failures: unknown[] = []
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift())
      await work(item).catch((error: unknown) => failures.push(error))
  }
  await Promise.all([worker(), worker()])
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('\n'))
}

/** The tag that all images of this checkout are imported and pushed with, built or not, by either tool. */
export const checkoutTag = async (): Promise<string> => commonTag(await findImages(baseHash))

/** Builds the named images of the parent folders, or all, unless they are cached. */
export const buildImages = async (
  names?: readonly string[],
  tool: ImageTool = defaultTool(),
  parents?: readonly string[],
): Promise<BuiltImages> => {
  // With docker, the public bases named in the Dockerfiles are used, so the content differs.
  const found = await findImages((base) => (tool === 'docker' ? 'docker' : baseHash(base)), parents)
  const unknown = names?.find((name) => found.every(({ definition }) => definition.name !== name))
  if (unknown !== undefined)
    throw new RemedyError(
      `unknown image ${unknown}; images are ${found.map(({ definition }) => definition.name).join(', ')}`,
    )
  const selected = found.filter(({ definition }) => names?.includes(definition.name) ?? true)
  const absent = selected.filter((image) => !existsSync(describe(image).archive))
  if (absent.length > 0) await meetBuildRequirements(tool)
  await mkdir(join(CACHE_DIR, 'images'), { recursive: true })
  await twoAtATime(absent, (image) => step(`image ${image.definition.name}`, () => buildOne(image, tool)))
  const images = selected.map(describe)
  const reference = (name: string): string => {
    const image = images.find((candidate) => candidate.name === name)
    if (image === undefined) throw new Error(`the image ${name} was not built`)
    return image.reference
  }
  return { images, tag: await checkoutTag(), reference }
}

const HELP = `Usage: npm run images [-- NAME… OPTIONS]

Builds the named images, or all, unless they are cached for the same inputs. Prints their archives and common tag.

  --import            import them into the local cluster
  --registry NAME     registry and path of the images, for --push
  --push              push them as NAME/<image>:<tag>
  --tool TOOL         buildah or docker. Default: the one that is installed
  --help              print this help`

const toolNamed = (name: string | undefined): ImageTool => {
  if (name === undefined) return defaultTool()
  if (name === 'buildah' || name === 'docker') return name
  throw new UsageError(`--tool must be buildah or docker, not ${name}`)
}

const main = async (args: string[]): Promise<void> => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      import: { type: 'boolean', default: false },
      registry: { type: 'string' },
      push: { type: 'boolean', default: false },
      tool: { type: 'string' },
    },
  })
  if (values.push !== (values.registry !== undefined))
    throw new UsageError('--push and --registry NAME require each other')
  const tool = toolNamed(values.tool)
  const built = await buildImages(positionals.length === 0 ? undefined : positionals, tool)
  if (values.registry !== undefined) await pushImages(built, values.registry, tool)
  if (values.import) await (await import('./import.ts')).importImages(built)
  for (const { name, archive, reference } of built.images)
    console.log(`${name.padEnd(20)} ${((await stat(archive)).size / 1e6).toFixed(0).padStart(5)} MB  ${reference}`)
  console.log(`tag ${built.tag}`)
}

if (import.meta.main) await runMain(HELP, main)
