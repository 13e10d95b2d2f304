/** The sidecar for Go, as it is in its image: the supervisor, which starts the agent. */
import { join } from 'node:path'
import { buildProgram } from '../../../deploy/toolchain/build.ts'
import { goEbpf } from '../../../src/inject/agents/go-ebpf.ts'
import type { Environment } from '../../zoo/harness/injected.ts'
import type { Running } from '../../conformance/agents/program.ts'
import type { Pod } from './pod.ts'

/** The agent's program, as its makers start it. */
export const goAgent = async (): Promise<string> => join(await buildProgram('go-ebpf'), 'otel-go-instrumentation')

/** The command of the sidecar. */
export const goSidecar = async (): Promise<string[]> => [
  join(await buildProgram('go-supervisor'), 'supervisor'),
  await goAgent(),
]

const LIMIT_MS = 600_000

/** Only the capabilities that the sidecar of a pod has. */
const unprivileged = (): string[] => {
  const kept = (goEbpf.securityContext.capabilities?.add ?? []).map((name) => `+${name.toLowerCase()}`)
  return ['setpriv', `--bounding-set=${['-all', ...kept].join(',')}`, '--inh-caps=-all', '--no-new-privs', '--']
}

/** Starts the sidecar in a pod. */
export const startGoSidecar = async (pod: Pod, env: Environment): Promise<Running> => {
  const [command = '', ...args] = [...unprivileged(), ...(await goSidecar())]
  return pod.start(command, args, { env, limitMs: LIMIT_MS })
}
