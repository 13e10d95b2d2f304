import { copyFile, cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { run } from '../../../tools/step.ts'
import { defineImage } from '../../../tools/image.ts'
import { NODE_BINARY } from '../../../tools/node-binary.ts'

const ROOT = join(import.meta.dirname, '../../..')
const UI = join(ROOT, 'ui')
const require = createRequire(import.meta.url)

/** The files of the server, as determined by Next: its code, a few modules, and static files. */
const buildInto = async (appDir: string): Promise<void> => {
  const next = require.resolve('next/dist/bin/next')
  await run(NODE_BINARY, [next, 'build'], { cwd: UI, env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' } })
  // Next links some modules by relative paths; fs.cp would make them absolute.
  await cp(join(UI, '.next/standalone'), appDir, { recursive: true, verbatimSymlinks: true })
  await cp(join(UI, '.next/static'), join(appDir, 'ui/.next/static'), { recursive: true })
}

/** Listed individually, because builds create other files beside them. */
const SOURCES = [
  'app',
  'components',
  'model',
  'server',
  'styles',
  'instrumentation.ts',
  'next.config.ts',
  'package.json',
  'proxy.ts',
  'tsconfig.json',
]
const IMPORTED = ['src/api', 'src/destinations', 'src/kube', 'src/process']

/** The UI: Next's standalone server on the pinned Node.js. No npm, no sources, nothing written at run time. */
export default defineImage({
  name: 'ui',
  base: 'base',
  inputs: [...SOURCES.map((name) => `ui/${name}`), ...IMPORTED, 'package-lock.json'],
  assemble: async (contextDir) => {
    await buildInto(join(contextDir, 'app'))
    await copyFile(NODE_BINARY, join(contextDir, 'node'))
  },
})
