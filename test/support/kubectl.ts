import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { toolPath } from '../../deploy/toolchain/build.ts'
import { kubeconfigPath } from './cluster-client.ts'

const run = promisify(execFile)

/** What kubectl prints on stdout, against the cluster of the integration tests. Rejects with its stderr. */
export const kubectl = async (...args: string[]): Promise<string> => {
  const built = toolPath('kubectl')
  const { stdout } = await run(existsSync(built) ? built : 'kubectl', ['--kubeconfig', kubeconfigPath(), ...args])
  return stdout
}
