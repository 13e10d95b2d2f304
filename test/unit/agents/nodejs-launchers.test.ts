/** The boot file and the detector agree on what only starts the application: one waits for it, the other leaves it alone. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { LAUNCHERS, PACKAGE_MANAGERS, startsOthers } from '../../../src/api/agents/node-launchers.ts'

const { toolName } = createRequire(import.meta.url)('../../../agents/nodejs/commands.cjs') as {
  toolName: (entry: string) => string | undefined
}

const STARTERS = [
  ...PACKAGE_MANAGERS.flatMap((name) => [`/usr/local/bin/${name}`, `/opt/${name}.js`, `/opt/${name}-cli.js`]),
  ...LAUNCHERS.flatMap((name) => [
    `/app/node_modules/.bin/${name}`,
    `/app/node_modules/${name}/dist/index.js`,
    `/app/node_modules/.pnpm/${name}@1.0.0/node_modules/${name}/dist/cli.mjs`,
    `/usr/local/bin/${name}`,
  ]),
  '/app/.yarn/releases/yarn-4.5.0.cjs',
]
const APPLICATIONS = [
  '/app/server.js',
  '/app/tsx.js',
  '/app/dotenv.ts',
  '/app/nx/main.js',
  '/app/yarn-report.js',
  '/app/npm.config.js',
  '/app/node_modules/.bin/next',
  '/app/node_modules/next/dist/bin/next',
  '/app/node_modules/@nx/server/main.js',
  '/usr/local/lib/node_modules/pm2/lib/ProcessContainerFork.js',
  '/usr/local/lib/node_modules/pm2/lib/ProcessContainer.js',
]

describe('programs of Node.js that only start the application', () => {
  for (const [isStarter, scripts] of [
    [true, STARTERS],
    [false, APPLICATIONS],
  ] as const)
    for (const script of scripts) {
      it(`${script}: ${isStarter ? 'starts others' : 'is an application'}`, () => {
        assert.equal(startsOthers(script), isStarter, 'the detector')
        assert.equal(toolName(script) !== undefined, isStarter, 'the boot file')
      })
    }
})
