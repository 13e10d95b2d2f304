/** `npm run build`: bundles each control-plane process into one file, `dist/control-plane/<process>.js`, and the chunks that they share. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
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

/** Bundles the processes into `outDir` (absolute). Throws with esbuild's messages if a bundle fails. */
export const buildControlPlane = async (outDir: string): Promise<void> => {
  mkdirSync(outDir, { recursive: true })
  await build({
    entryPoints: Object.fromEntries(Object.entries(PROCESSES).map(([name, file]) => [name, join(ROOT, file)])),
    outdir: outDir,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    // Only a kubeconfig needs it, on a developer's machine that runs from source: 15 MB that pods do not load.
    external: ['@kubernetes/client-node'],
    // Not minified and without source maps: stack traces are readable, and maps would double the memory at the start.
    minifySyntax: true,
    legalComments: 'none',
    banner: { js: REQUIRE_BANNER },
    logLevel: 'warning',
  })
}

if (import.meta.main) {
  const outDir = join(ROOT, 'dist/control-plane')
  await buildControlPlane(outDir)
  console.log(`Bundles written to ${outDir}`)
}
