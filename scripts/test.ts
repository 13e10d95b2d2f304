/**
 * `npm test`: everything that proves the system. Checks, conformance on real runtimes and collectors, then a fresh local
 * cluster with integration and end-to-end tests, which is stopped at the end. `npm test -- STAGE…` runs some stages only.
 */
import { spawn } from 'node:child_process'
import { inspect, parseArgs } from 'node:util'
import { BACKEND_ENDPOINT } from '../deploy/demo/backend.ts'
import { SYSTEM_NAMESPACE } from '../src/api/names.ts'
import { createKubectl } from '../deploy/demo/kubectl.ts'
import { prepareCluster } from '../deploy/demo/prepare.ts'
import { buildImages } from '../deploy/images/build.ts'
import { startCluster, stopCluster } from '../deploy/local/cluster.ts'
import type { StartOptions, StartedCluster } from '../deploy/local/cluster.ts'
import { buildProgram } from '../deploy/toolchain/build.ts'
import { UsageError, runMain } from '../tools/command.ts'
import type { Tally } from '../tools/mocha.ts'
import { runMocha } from '../tools/mocha.ts'
import { installPackages } from '../tools/requirements.ts'
import { RemedyError } from '../tools/step.ts'
import { check } from './check.ts'

const add = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
})

const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] }

interface TestRun {
  /** No stage was named: a new cluster is created, and stopped at the end. */
  isWhole: boolean
  /** Replace a cluster of another checkout. Default: whether `CI` is `true`. */
  replace: { replace?: true }
  /** An existing cluster that another checkout started is left running. */
  hasStartedCluster: boolean
}

interface Stage {
  name: string
  run: (testRun: TestRun) => Promise<Tally>
}

const checks = async (): Promise<Tally> => {
  const failures = await check()
  return failures.length > 0 ? { ...NOTHING, failed: 1, failures } : { ...NOTHING, passed: 1 }
}

const start = async (testRun: TestRun, options: StartOptions = {}): Promise<StartedCluster> => {
  const cluster = await startCluster({ ...testRun.replace, ...options })
  testRun.hasStartedCluster ||= cluster.isNew
  return cluster
}

const onCluster =
  (pattern: string) =>
  async (testRun: TestRun): Promise<Tally> =>
    runMocha(pattern, { KUBECONFIG: (await start(testRun)).kubeconfig })

/** Port-forwarding to the UI, as users do it; resolves when it listens. */
const forwardUi = async (kubectl: string, kubeconfig: string): Promise<{ url: string; stop: () => void }> => {
  const args = ['--kubeconfig', kubeconfig, 'port-forward', '-n', SYSTEM_NAMESPACE, 'svc/odigos-ui', ':3000']
  // kubectl writes a line for each connection that a browser drops.
  const child = spawn(kubectl, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const found = /127\.0\.0\.1:(\d+)/.exec(chunk.toString())?.[1]
      if (found) resolve(found)
    })
    child.on('close', (code) => reject(new Error(`kubectl port-forward ended with ${code}`)))
  })
  return { url: `http://localhost:${port}`, stop: () => child.kill() }
}

const endToEnd = async (testRun: TestRun): Promise<Tally> => {
  await start(testRun)
  const { target, registry, tag } = await prepareCluster({})
  await installPackages({ '/usr/bin/chromium': 'chromium' })
  const ui = await forwardUi(createKubectl(target).program, target.kubeconfig ?? '')
  try {
    return await runMocha('test/e2e/*.test.ts', {
      KUBECONFIG: target.kubeconfig ?? '',
      ODIGOS_REGISTRY: registry,
      ODIGOS_TAG: tag,
      UI_URL: ui.url,
      UI_ENDPOINT: BACKEND_ENDPOINT,
    })
  } finally {
    ui.stop()
  }
}

/** A cluster that was used before could affect the results. */
const build = async (testRun: TestRun): Promise<Tally> => {
  const { isNew } = await start(testRun, { fresh: testRun.isWhole })
  if (testRun.isWhole && !isNew)
    console.log('  Its contents may affect the results. To create a new one: npm test -- --replace')
  await buildImages()
  await buildProgram('prometheus')
  return { ...NOTHING, passed: 1 }
}

const STAGES: Stage[] = [
  { name: 'check', run: checks },
  { name: 'build', run: build },
  { name: 'conformance', run: onCluster('test/conformance/**/*.test.ts') },
  { name: 'zoo', run: () => runMocha('test/zoo/zoo.test.ts') },
  { name: 'integration', run: onCluster('test/integration/*.test.ts') },
  { name: 'e2e', run: endToEnd },
]

const runStage = async ({ name, run }: Stage, testRun: TestRun): Promise<Tally> => {
  const startedAt = Date.now()
  console.log(`\n== ${name}`)
  try {
    return await run(testRun)
  } catch (error) {
    const failure = error instanceof RemedyError ? error.message : inspect(error)
    console.error(failure)
    return { ...NOTHING, failed: 1, failures: [failure] }
  } finally {
    console.log(`== ${name} took ${Math.round((Date.now() - startedAt) / 1000)} s`)
  }
}

const HELP = `Usage: npm test [-- STAGE… OPTIONS]

Runs all tests, on a new local cluster that is stopped at the end. If stages are named, runs only those, on the running
cluster or on a new one that is left running.

Stages: ${STAGES.map(({ name }) => name).join(', ')}

  --replace   replace a local cluster that another checkout started, and delete its contents. Default: true if CI is true
  --help      print this help`

const main = async (args: string[]): Promise<void> => {
  const options = { replace: { type: 'boolean', default: false } } as const
  const { values, positionals: named } = parseArgs({ args, allowPositionals: true, options })
  const unknown = named.find((name) => STAGES.every((stage) => stage.name !== name))
  if (unknown) throw new UsageError(`unknown stage ${unknown}; stages are ${STAGES.map(({ name }) => name).join(', ')}`)
  const isWhole = named.length === 0
  const testRun = { isWhole, replace: values.replace ? { replace: true as const } : {}, hasStartedCluster: false }
  let tally = NOTHING
  try {
    for (const stage of STAGES) {
      if (isWhole || named.includes(stage.name)) tally = add(tally, await runStage(stage, testRun))
    }
  } finally {
    if (isWhole && testRun.hasStartedCluster) await stopCluster()
  }
  // Again at the end, as whoever reads a log of many thousands of lines begins there.
  for (const failure of tally.failures) console.log(`\n== failed\n${failure}`)
  console.log(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
  process.exitCode = tally.failed > 0 ? 1 : 0
}

await runMain(HELP, main)
