/**
 * Programs on Node.js that start the application as a process of its own: one list for the detector, which looks for that
 * process, and for the boot file of the agent, which leaves the program itself alone.
 */

/** By the name of the script, also as `npm-cli.js` and `yarn.js`. */
export const PACKAGE_MANAGERS = ['corepack', 'npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'yarnpkg'] as const

/** By the package, or by the name of a link to its program. */
export const LAUNCHERS = [
  'concurrently',
  'cross-env',
  'cross-env-shell',
  'dotenv',
  'dotenv-cli',
  'env-cmd',
  'forever',
  'lerna',
  'nodemon',
  'npm-run-all',
  'npm-run-all2',
  'nx',
  'pm2',
  'pm2-dev',
  'pm2-docker',
  'pm2-runtime',
  'run-p',
  'run-s',
  'supervisor',
  'ts-node-dev',
  'tsnd',
  'tsx',
  'turbo',
  'wait-on',
] as const

/** Modules of process managers that run the application in their own process. */
export const RUNS_APPLICATION = /^ProcessContainer/

const PACKAGE_MANAGER = new RegExp(`^(?:${PACKAGE_MANAGERS.join('|')})(?:-cli)?(?:\\.c?js)?$|^yarn-[\\d.]+\\.c?js$`)

const isLauncher = (name: string): boolean => (LAUNCHERS as readonly string[]).includes(name)

/** The package that a file in `node_modules` belongs to, or the name of its link in `node_modules/.bin`. */
const toolOf = (script: string): string => {
  const [first = '', second = ''] = script.split('/node_modules/').slice(1).at(-1)?.split('/') ?? []
  if (first === '.bin') return second
  return first.startsWith('@') ? `${first}/${second}` : first
}

/** Whether a script only starts the application. */
export const startsOthers = (script: string): boolean => {
  const name = script.slice(script.lastIndexOf('/') + 1)
  if (PACKAGE_MANAGER.test(name)) return true
  return !RUNS_APPLICATION.test(name) && (isLauncher(name) || isLauncher(toolOf(script)))
}
