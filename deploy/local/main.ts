/** `npm run cluster -- start [--replace] | stop | status | logs [program]` */
import { readFileSync } from 'node:fs'
import { daemons } from './daemons.ts'
import { logOf } from './configuration.ts'
import { clusterStatus, startCluster, stopCluster } from './cluster.ts'
import { RemedyError } from '../toolchain/step.ts'

const start = async (args: readonly string[]): Promise<void> => {
  const { kubeconfig, bin } = await startCluster(args.includes('--replace') ? { replace: true } : {})
  console.log(`\nThe cluster runs. To use it:\n  export KUBECONFIG=${kubeconfig}\n  ${bin('kubectl')} get pods -A`)
}

const status = async (): Promise<void> => {
  const found = await clusterStatus()
  console.log(
    found.state +
      (found.checkout === undefined
        ? ''
        : `, version ${found.version}, started by ${found.checkout} at ${found.startedAt}`),
  )
  for (const { name, pids } of found.daemons)
    console.log(`  ${name.padEnd(24)} ${pids.length > 0 ? `process ${pids[0]}` : 'not running'}`)
  if (found.state !== 'running') process.exitCode = 1
}

const logs = async (args: readonly string[]): Promise<void> => {
  for (const { tool } of daemons.filter((daemon) => args.length === 0 || args.includes(daemon.tool))) {
    const lines = readFileSync(logOf(tool), 'utf8').trimEnd().split('\n')
    console.log(`==> ${logOf(tool)} <==\n${lines.slice(args.length === 0 ? -10 : -200).join('\n')}\n`)
  }
}

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  start,
  stop: stopCluster,
  status,
  logs,
}

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
if (command === undefined) {
  console.error('Usage: npm run cluster -- start [--replace] | stop | status | logs [program]')
  process.exitCode = 2
} else
  await command(args).catch((error: unknown) => {
    console.error(error instanceof RemedyError ? error.message : error)
    process.exitCode = 1
  })
