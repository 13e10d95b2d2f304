/**
 * The package of a Node.js application, by the same rules as agents/nodejs: not that of a tool that starts it
 * (`node node_modules/next/dist/bin/next`, a process manager). Pure.
 */
import { posix } from 'node:path'
import { RUNS_APPLICATION } from '../../../api/agents/node-launchers.ts'
import { asFields } from '../../../api/types/fields.ts'
import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'

/** Options that take the next argument as their value. */
const VALUE_OPTIONS = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '-e',
  '--eval',
  '-p',
  '--print',
  '--env-file',
])

/** The options before the script, and the script. A process that has rewritten its title shows none. */
export const optionsAndScript = ([, ...args]: readonly string[]): { options: string[]; script?: string } => {
  const options: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (!arg.startsWith('-')) return { options, script: arg }
    options.push(arg)
    if (VALUE_OPTIONS.has(arg)) options.push(args[++i] ?? '')
  }
  return { options }
}

const NODE_MODULES = /\/node_modules(?:\/|$)/
const MAX_DEPTH = 16

/** The file that the process runs; undefined if its title was rewritten, as that of `next-server (v15.1.0)`. */
const entryOf = ({ argv, env, cwd }: ProcessSnapshot): string | undefined => {
  const { script } = optionsAndScript(argv)
  const managed = env['pm_exec_path']
  const isManaged = managed && (script === undefined || RUNS_APPLICATION.test(posix.basename(script)))
  const entry = isManaged ? managed : script
  return entry && posix.resolve(cwd || '/', entry)
}

/** Folders whose package may be the application's, the most certain first. */
const foldersOf = (process: ProcessSnapshot): string[] => {
  const entry = entryOf(process)
  const cwd = process.cwd || '/'
  if (entry === undefined) return [cwd]
  const modules = entry.search(NODE_MODULES)
  // Around `node_modules` (also that of pnpm's store) lies the application; in a workspace, its folder is more exact.
  return modules < 0 ? [posix.dirname(entry)] : [cwd, entry.slice(0, modules) || '/']
}

/** The manifests of a folder and the ones above it. */
const manifestsAbove = (folder: string): string[] => {
  const paths: string[] = []
  let at = folder
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    paths.push(posix.join(at, 'package.json'))
    if (at === '/') break
    at = posix.dirname(at)
  }
  return paths
}

/** Files that may be the application's manifest. */
export const packagePaths = (process: ProcessSnapshot): string[] => [
  ...new Set([...foldersOf(process), process.cwd || '/'].flatMap(manifestsAbove)),
]

interface Manifest {
  path: string
  dependencies: string[]
}

/** Direct dependencies only: they are intentional. A manifest without any is not the application's. */
const readManifest = (path: string, text: string | undefined): Manifest | undefined => {
  try {
    const { dependencies } = asFields(JSON.parse(text ?? ''))
    return dependencies ? { path, dependencies: Object.keys(asFields(dependencies)) } : undefined
  } catch {
    return undefined
  }
}

const nearest = (folder: string, files: Readonly<Record<string, string>>): Manifest[] => {
  for (const path of manifestsAbove(folder)) {
    const manifest = readManifest(path, files[path])
    if (manifest) return [manifest]
  }
  return []
}

/** The manifests of the application, of the files that were read. */
export const applicationManifests = (process: ProcessSnapshot): Manifest[] => {
  const files = process.files ?? {}
  const found = foldersOf(process).flatMap((folder) => nearest(folder, files))
  return found.length > 0 ? found : nearest(process.cwd || '/', files)
}
