/**
 * The Node.js agent: `boot.cjs` and one bundle per SDK generation. Bundled, because 36,000 small files take long to copy
 * into a pod and to resolve at start; only the loader hook stays unbundled, because its generated code imports its files.
 */
import { build } from 'esbuild'
import type { Metafile } from 'esbuild'
import { copyFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE_DIR, run } from '../../tools/step.ts'
import { changedSources } from './sources.ts'
import { agentModules } from './table.ts'

const HERE = import.meta.dirname

/** Plain files of ES5, which decide before an SDK is loaded. */
const BOOT_FILES = [
  'boot.cjs',
  'commands.cjs',
  'conflicts.cjs',
  'ending.cjs',
  'report.cjs',
  'settings.cjs',
  'shell-text.cjs',
]
const SDK_FILES = [
  'sdk.cjs',
  'base-context.cjs',
  'bridge.cjs',
  'context.cjs',
  'deprecated.cjs',
  'esm.cjs',
  'express.cjs',
  'fastify.cjs',
  'globals.mjs',
  'headers.cjs',
  'instrumentations.cjs',
  'sender.cjs',
  'spans.cjs',
  'transport.cjs',
]

/** SDK folder and the oldest runtime that `boot.cjs` loads it in. */
const SDKS = [
  { folder: 'sdk-14', target: 'node14' },
  { folder: 'sdk-18', target: 'node18' },
  { folder: 'sdk-22', target: 'node22' },
]

const NOT_AT_RUN_TIME = /\.(d\.[cm]?ts|md|map|ya?ml|txt)$|^test$|^\.|^(tsconfig|release-please-config)\.json$/

interface Manifest {
  version: string
  license?: string
  dependencies?: Record<string, string>
}

const manifestOf = async (work: string, name: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(work, 'node_modules', name, 'package.json'), 'utf8')) as Manifest

/** `import-in-the-middle` and its dependencies, without files that are not read at run time. */
const copyLoaderHook = async (work: string, out: string): Promise<string[]> => {
  const packages = ['import-in-the-middle']
  for (const name of packages) {
    const manifest = await manifestOf(work, name)
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      if (!packages.includes(dependency)) packages.push(dependency)
    }
    await cp(join(work, 'node_modules', name), join(out, 'node_modules', name), {
      recursive: true,
      filter: (source) => !NOT_AT_RUN_TIME.test(source.split('/').at(-1) ?? ''),
    })
  }
  return packages
}

const bundledPackages = (metafile: Metafile): string[] =>
  Object.keys(metafile.inputs).flatMap((input) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [])

const versionOf = async (work: string, name: string): Promise<string> => (await manifestOf(work, name)).version

const licences = async (work: string, packages: readonly string[]): Promise<string> => {
  const texts: string[] = []
  for (const name of [...new Set(packages)].toSorted()) {
    const folder = join(work, 'node_modules', name)
    if (!existsSync(folder)) continue // another version, below another package: the same licence
    const { license = 'unknown' } = await manifestOf(work, name)
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each))
    const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8')
    // The Apache licence's text is long and always the same; the project's own LICENSE contains it.
    texts.push(
      `${name} ${await versionOf(work, name)}: ${license}\n${license === 'Apache-2.0' ? '' : `\n${text.trim()}\n`}`,
    )
  }
  return texts.join('\n')
}

const assembleSdk = async (folder: string, sdk: (typeof SDKS)[number]): Promise<string> => {
  const work = await mkdtemp(join(CACHE_DIR, 'agents', `.${sdk.folder}-`))
  try {
    await cp(join(HERE, sdk.folder), work, { recursive: true, filter: (source) => !source.endsWith('node_modules') })
    for (const file of SDK_FILES) await copyFile(join(HERE, file), join(work, file))
    await run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: work })
    const out = join(folder, sdk.folder)
    const { metafile } = await build({
      absWorkingDir: work,
      entryPoints: ['sdk.cjs'],
      // Node.js prints no warnings about deprecated functions for files below `node_modules`.
      outfile: join(out, 'node_modules/odigos-sdk/sdk.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: sdk.target,
      external: ['import-in-the-middle'],
      inject: [join(work, 'globals.mjs')],
      plugins: [changedSources, await agentModules(work)],
      // Identifiers are kept: names of classes and functions appear in spans and logs.
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: 'none',
      metafile: true,
      logLevel: 'error',
    })
    const kept = await copyLoaderHook(work, out)
    await writeFile(join(out, 'LICENSES.txt'), await licences(work, [...bundledPackages(metafile), ...kept]))
    return await versionOf(work, '@opentelemetry/auto-instrumentations-node')
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Fills `folder`; requires npm and the registry. */
export const assemble = async (folder: string): Promise<string> => {
  for (const file of BOOT_FILES) await copyFile(join(HERE, file), join(folder, file))
  const versions: string[] = []
  for (const sdk of SDKS) versions.push(await assembleSdk(folder, sdk))
  return `auto-instrumentations-node ${versions.join(', ')}`
}
