/**
 * `npm run build`: bundles each control-plane process into one file, `dist/control-plane/<process>.js`, and the chunks that they share;
 * and the CLI as an npm package, `dist/cli`, that needs no other.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildOptions } from 'esbuild'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')

/** Processes of the control plane, with their entry points. */
export const PROCESSES = {
  webhook: 'src/webhook/main.ts',
  instrumentor: 'src/controllers/instrumentor/main.ts',
  scheduler: 'src/controllers/scheduler/main.ts',
  autoscaler: 'src/controllers/autoscaler/main.ts',
  detector: 'src/detector/main.ts',
  'queue-keeper': 'src/queue-keeper/main.ts',
} as const

/** CommonJS dependencies inside an ES module bundle still call `require` (esbuild#1921). */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

/** Not minified and without source maps: stack traces are readable, and maps would double the memory at the start. */
const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  splitting: true,
  minifySyntax: true,
  legalComments: 'none',
  banner: { js: REQUIRE_BANNER },
  logLevel: 'warning',
}

/** Bundles the processes into `outDir` (absolute). Throws with esbuild's messages if a bundle fails. */
export const buildControlPlane = async (outDir: string): Promise<void> => {
  mkdirSync(outDir, { recursive: true })
  await build({
    ...COMMON,
    entryPoints: Object.fromEntries(Object.entries(PROCESSES).map(([name, file]) => [name, join(ROOT, file)])),
    outdir: outDir,
    target: 'node24',
    // Only a kubeconfig needs it, on a developer's machine that runs from source: 15 MB that pods do not load.
    external: ['@kubernetes/client-node'],
  })
}

/** What undici 8 requires. */
const OLDEST_NODE = '22.19.0'

/** Starts the CLI, or tells that Node.js is too old for it; an older one could not even load the other files. */
const LAUNCHER = `#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number)
const [oldestMajor, oldestMinor] = '${OLDEST_NODE}'.split('.').map(Number)
if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  console.error('error: odigos requires Node.js ${OLDEST_NODE} or later, and this is ' + process.versions.node)
  process.exit(1)
}
await import('./main.js')
`

/** The manifest of the npm package; `kubectl odigos` runs `kubectl-odigos`. */
const cliManifest = (): object => {
  const { version, description, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    string
  >
  const bin = { odigos: 'odigos.js', 'kubectl-odigos': 'odigos.js' }
  return { name: 'odigos', version, description, license, type: 'module', bin, engines: { node: `>=${OLDEST_NODE}` } }
}

/** Bundles the CLI with all that it imports into `outDir` (absolute), with a manifest for `npm install --global` and `npm publish`. */
export const buildCli = async (outDir: string): Promise<void> => {
  rmSync(outDir, { recursive: true, force: true })
  mkdirSync(outDir, { recursive: true })
  await build({
    ...COMMON,
    entryPoints: { main: join(ROOT, 'src/cli/main.ts') },
    outdir: outDir,
    target: 'node22',
    chunkNames: 'chunks/[name]-[hash]',
  })
  writeFileSync(join(outDir, 'odigos.js'), LAUNCHER, { mode: 0o755 })
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify(cliManifest(), undefined, 2)}\n`)
}

if (import.meta.main) {
  const outDir = join(ROOT, 'dist/control-plane')
  await buildControlPlane(outDir)
  const cliDir = join(ROOT, 'dist/cli')
  await buildCli(cliDir)
  console.log(`Bundles written to ${outDir} and ${cliDir}`)
}
