/** `npm run dev -- PROCESS`: runs one process from source against a cluster, with its settings from that cluster. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { KubeConfig } from '@kubernetes/client-node'
import { CERTIFICATE_FOLDER, ensureCertificates } from '../certs/make.ts'
import { KUBECONFIG } from '../deploy/local/settings.ts'
import type { KubeObject, PodSpec } from '../src/api/kubernetes.ts'
import { SYSTEM_NAMESPACE } from '../src/api/names.ts'
import { createKubeClient } from '../src/kube/http/client.ts'
import { kubeConfigCredentials, loadKubeConfig } from '../src/kube/http/credentials.ts'
import { RESOURCES } from '../src/kube/resources.ts'
import { PROCESSES } from '../tools/bundle.ts'
import { UsageError, runMain } from '../tools/command.ts'
import { RemedyError } from '../tools/step.ts'

const USER_KUBECONFIG = join(homedir(), '.kube/config')
const ROOT = join(import.meta.dirname, '..')

/** Processes with their metrics ports, which differ so that all can run at the same time. */
const METRICS_PORTS = { webhook: 8081, instrumentor: 8082, scheduler: 8083, autoscaler: 8084, ui: undefined } as const
type Name = keyof typeof METRICS_PORTS

const HELP = `Usage: npm run dev -- PROCESS [OPTIONS]

Runs a process from source against the cluster of $KUBECONFIG, else the local cluster, else that of ~/.kube/config. The
settings are taken from the process's Deployment in the cluster, if it exists; your environment variables override them.

Processes: ${Object.keys(METRICS_PORTS).join(', ')}

  --watch     restart the process when an imported file changes; the UI always reloads changes
  --inspect   allow a debugger to attach (chrome://inspect, or your editor's)
  --help      print this help`

type Environment = Record<string, string>

/** Makes the local cluster the default of a kubeconfig's rules. */
const chooseCluster = (): void => {
  if (process.env['KUBECONFIG']) return
  if (existsSync(KUBECONFIG)) process.env['KUBECONFIG'] = KUBECONFIG
  else if (!existsSync(USER_KUBECONFIG))
    throw new RemedyError('No cluster is running. Start one (npm run cluster -- start), or set KUBECONFIG.')
}

const describeCluster = (config: KubeConfig): string =>
  `${config.getCurrentCluster()?.server} (context ${config.getCurrentContext()} of ${process.env['KUBECONFIG'] || USER_KUBECONFIG})`

type Deployment = KubeObject & { spec: { replicas?: number; template: { spec: PodSpec } } }

/** The Deployment of a process in the cluster, if it is installed. */
const readDeployment = async (name: Name, kubeConfig: KubeConfig): Promise<Deployment | undefined> => {
  const namespace = process.env['NAMESPACE'] || SYSTEM_NAMESPACE
  try {
    const client = createKubeClient({ credentials: kubeConfigCredentials(kubeConfig) })
    return await client.get<Deployment>({ type: RESOURCES.deployments, namespace, name: `odigos-${name}` })
  } catch (error) {
    throw new RemedyError(`The cluster cannot be reached. Check KUBECONFIG: ${String(error)}`, { cause: error })
  }
}

/** Literal values in the Deployment; those from Secrets or the downward API are omitted. */
const environmentOf = (deployment: Deployment | undefined): Environment =>
  Object.fromEntries(
    (deployment?.spec.template.spec.containers[0]?.env ?? []).flatMap(({ name, value }) =>
      value === undefined ? [] : [[name, value]],
    ),
  )

/** Settings that differ on a developer's machine. */
const localEnvironment = (name: Name): Environment => ({
  POD_NAME: 'dev',
  ...(METRICS_PORTS[name] === undefined ? {} : { METRICS_PORT: String(METRICS_PORTS[name]) }),
  ...(name === 'webhook' ? { TLS_DIR: CERTIFICATE_FOLDER } : {}),
  ...(name === 'ui' ? { NEXT_TELEMETRY_DISABLED: '1' } : {}),
})

const warnOfLease = (name: Name, deployment: Deployment | undefined): void => {
  const replicas = deployment?.spec.replicas ?? 1
  if (deployment === undefined || replicas === 0 || name === 'webhook' || name === 'ui') return
  const target = `deployment/odigos-${name} -n ${deployment.metadata.namespace}`
  console.log(`One replica works at a time, and the cluster has one. Yours waits until you stop that:
  kubectl scale ${target} --replicas=0      # later --replicas=${replicas}`)
}

const commandOf = (name: Name, flags: string[]): { args: string[]; cwd: string } => {
  if (name !== 'ui') return { args: [...flags, PROCESSES[name]], cwd: ROOT }
  const next = join(ROOT, 'node_modules/next/dist/bin/next')
  return {
    args: [next, 'dev', '--hostname', 'localhost', ...flags.filter((flag) => flag === '--inspect')],
    cwd: join(ROOT, 'ui'),
  }
}

const nameOf = (positionals: readonly string[]): Name => {
  const [name, ...rest] = positionals
  if (name === undefined || !Object.hasOwn(METRICS_PORTS, name) || rest.length > 0)
    throw new UsageError(`name one of ${Object.keys(METRICS_PORTS).join(', ')}`)
  return name as Name
}

/** Returns when the process ends; it receives signals from the terminal itself. */
const runToEnd = async (name: Name, flags: string[], env: Environment): Promise<void> => {
  const { args, cwd } = commandOf(name, flags)
  const child = spawn(process.execPath, args, { cwd, stdio: 'inherit', env: { ...env, ...process.env } })
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  await new Promise<void>((resolve) =>
    child.on('exit', (code) => {
      process.exitCode = code ?? 1
      resolve()
    }),
  )
}

const main = async (args: string[]): Promise<void> => {
  const options = { watch: { type: 'boolean' }, inspect: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
  const name = nameOf(positionals)
  chooseCluster()
  const kubeConfig = await loadKubeConfig()
  console.log(`Cluster: ${describeCluster(kubeConfig)}`)
  const deployment = await readDeployment(name, kubeConfig)
  if (name === 'webhook') await ensureCertificates()
  warnOfLease(name, deployment)
  const flags = [...(values.watch ? ['--watch'] : []), ...(values.inspect ? ['--inspect'] : [])]
  await runToEnd(name, flags, { ...environmentOf(deployment), ...localEnvironment(name) })
}

await runMain(HELP, main)
