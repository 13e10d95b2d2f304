/**
 * `npm run test:upgrade`: installs the release before on a fresh local cluster, upgrades it to this checkout under load, and
 * proves that nothing is lost and nothing restarts. The release before is checked out into a worktree of its own and
 * builds its images itself; what the cache holds is not built again.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildImages } from '../deploy/images/build.ts'
import { importImages } from '../deploy/images/import.ts'
import { startCluster, stopCluster } from '../deploy/local/cluster.ts'
import { runMain } from '../tools/command.ts'
import { runMocha } from '../tools/mocha.ts'
import { CACHE_DIR, run, step } from '../tools/step.ts'

const root = join(import.meta.dirname, '..')
/** Release 0.1.0. */
const RELEASE_BEFORE = '52086e3'

const git = (...args: string[]): Promise<string> => run('git', ['-C', root, ...args])

/** A worktree of the previous release; an existing one is reused. */
const checkOut = async (ref: string): Promise<string> => {
  const commit = (await git('rev-parse', '--short=12', `${ref}^{commit}`)).trim()
  const dir = join(CACHE_DIR, 'upgrade', commit)
  if (!existsSync(join(dir, 'package.json'))) {
    await git('worktree', 'prune')
    await git('worktree', 'add', '--detach', '--force', dir, commit)
  }
  return dir
}

/** Builds and imports its images with its own command, which finally prints their common tag. */
const imagesOf = async (dir: string): Promise<string> => {
  const args = [join(dir, 'scripts/run.mjs'), 'deploy/images/build.ts', '--import']
  const output = await run(process.execPath, args, { cwd: dir })
  const tag = /^tag ([0-9a-f]+)$/m.exec(output)?.[1]
  if (tag === undefined) throw new Error(`npm run images of ${dir} printed no tag:\n${output}`)
  return tag
}

const HELP = `Usage: npm run test:upgrade [-- OPTIONS]

Upgrades the previous release to this checkout on a new local cluster, with the shop instrumented and under load.

  --from REF   the previous release. Default: ${RELEASE_BEFORE}
  --keep       leave the cluster running at the end
  --replace    replace a local cluster that another checkout started, and delete its contents
  --help       print this help`

const main = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: 'string', default: RELEASE_BEFORE },
      keep: { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
    },
  })
  const dir = await step(`checkout of ${values.from}`, () => checkOut(values.from))
  const { kubeconfig } = await startCluster({ fresh: true, ...(values.replace ? { replace: true } : {}) })
  try {
    const tagBefore = await step('images of the release before', () => imagesOf(dir))
    const built = await buildImages()
    await importImages(built)
    const { failed } = await runMocha('test/upgrade/upgrade.test.ts', {
      KUBECONFIG: kubeconfig,
      ODIGOS_REGISTRY: 'localhost/odigos',
      ODIGOS_TAG: built.tag,
      UPGRADE_FROM: dir,
      UPGRADE_FROM_TAG: tagBefore,
    })
    process.exitCode = failed > 0 ? 1 : 0
  } finally {
    if (!values.keep) {
      await stopCluster()
      await git('worktree', 'remove', '--force', dir)
    }
  }
}

await runMain(HELP, main)
