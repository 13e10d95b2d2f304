/** `npm run cluster`: the local cluster alone, for tests and developers. */
import { parseArgs } from 'node:util'
import { UsageError, runMain } from '../../tools/command.ts'
import { clusterStatus, startCluster, stopCluster } from './cluster.ts'
import { logText } from './logs.ts'

const HELP = `Usage: npm run cluster -- COMMAND [OPTIONS]

  start [--replace]    start the local cluster unless it is running; --replace replaces a cluster of another version
                       or checkout, and deletes its contents (default: true if CI is true)
  stop                 stop it, and remove everything that it created except its logs (also: npm run stop)
  status               show what is running; exits with 1 unless the cluster is complete
  logs [PROGRAM…]      show the last lines of the logs of the named programs, or of all
  --help               print this help`

const start = async (replace: boolean): Promise<void> => {
  const { kubeconfig, bin } = await startCluster(replace ? { replace } : {})
  console.log(
    `\nThe cluster is running. To use it:\n  export KUBECONFIG=${kubeconfig}\n  ${bin('kubectl')} get pods -A`,
  )
}

const status = async (): Promise<void> => {
  const found = await clusterStatus()
  const about = `, version ${found.version}, started by ${found.checkout} at ${found.startedAt}`
  console.log(found.state + (found.checkout === undefined ? '' : about))
  for (const { name, pids } of found.daemons)
    console.log(`  ${name.padEnd(24)} ${pids.length > 0 ? `process ${pids[0]}` : 'not running'}`)
  if (found.state !== 'running') process.exitCode = 1
}

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  start: async (args) =>
    start(parseArgs({ args, options: { replace: { type: 'boolean', default: false } } }).values.replace),
  stop: async (args) => {
    parseArgs({ args })
    await stopCluster()
  },
  status: async (args) => {
    parseArgs({ args })
    await status()
  },
  logs: async (args) => console.log(logText(parseArgs({ args, allowPositionals: true }).positionals)),
}

await runMain(HELP, async ([name = '', ...args]) => {
  const command = COMMANDS[name]
  if (command === undefined) throw new UsageError(name === '' ? 'A command is required' : `Unknown command ${name}`)
  await command(args)
})
