import { copyFile, cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { run } from '../../../tools/step.ts'
import { defineImage } from '../image.ts'
import { nodeBinary } from '../node-binary.ts'

const root = join(import.meta.dirname, '../../..')
const ui = join(root, 'ui')
const require = createRequire(import.meta.url)

/** Next's own answer to "what does the server need": its code, a few modules, and the static files beside them. */
const buildInto = async (appDir: string): Promise<void> => {
  const next = require.resolve('next/dist/bin/next')
  await run(nodeBinary, [next, 'build'], { cwd: ui, env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' } })
  // Next links some modules by relative paths; fs.cp would make them absolute.
  await cp(join(ui, '.next/standalone'), appDir, { recursive: true, verbatimSymlinks: true })
  await cp(join(ui, '.next/static'), join(appDir, 'ui/.next/static'), { recursive: true })
}

/** Named one by one, because builds leave files of their own beside them. */
const sources = [
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
const imported = ['src/api', 'src/destinations', 'src/kube', 'src/process']

/** The UI: Next's standalone server on the pinned Node.js. No npm, no sources, nothing written at run time. */
export default defineImage({
  name: 'ui',
  base: 'base',
  inputs: [...sources.map((name) => `ui/${name}`), ...imported, 'package-lock.json'],
  assemble: async (contextDir) => {
    await buildInto(join(contextDir, 'app'))
    await copyFile(nodeBinary, join(contextDir, 'node'))
  },
})
