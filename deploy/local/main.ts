/** `npm run cluster`: the local cluster by itself, for tests and for developers. */
import { parseArgs } from 'node:util'
import { UsageError, runMain } from '../../tools/command.ts'
import { clusterStatus, startCluster, stopCluster } from './cluster.ts'
import { logText } from './logs.ts'

const HELP = `Usage: npm run cluster -- COMMAND [OPTIONS]

  start [--replace]    start the local cluster, or find that it runs already; --replace ends one of another version
                       or another checkout, with all that it holds (the default where CI is true)
  stop                 end it, and remove every trace of it but its logs (also: npm run stop)
  status               say what runs; ends with 1 where that is not a whole cluster
  logs [PROGRAM…]      show the last lines of the named programs' logs, or of all
  --help               this text`

const start = async (replace: boolean): Promise<void> => {
  const { kubeconfig, bin } = await startCluster(replace ? { replace } : {})
  console.log(`\nThe cluster runs. To use it:\n  export KUBECONFIG=${kubeconfig}\n  ${bin('kubectl')} get pods -A`)
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
  if (command === undefined) throw new UsageError(name === '' ? 'Which command?' : `There is no command ${name}`)
  await command(args)
})
