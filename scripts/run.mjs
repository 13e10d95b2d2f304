/**
 * Runs a TypeScript file of this repository with the Node.js that package.json pins, after installing the npm packages
 * if they are missing or do not match package-lock.json. Plain JavaScript, because any Node.js from version 20 can run it.
 *
 *     node scripts/run.mjs scripts/start.ts [arguments]
 */
import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { isInstalled } from './installed.mjs'

const ROOT = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const NODE = join(ROOT, 'node_modules/node/bin/node')

const install = () => {
  console.log('Installing npm packages ...')
  const result = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  if (result.status !== 0) {
    console.error('npm ci failed, see its messages above. It requires npm 10 or later and access to an npm registry.')
    process.exit(result.status ?? 1)
  }
}

if (!isInstalled(ROOT)) install()

const [file, ...args] = process.argv.slice(2)
const env = { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}` }
const child = spawn(NODE, [join(ROOT, file), ...args], { stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)))
