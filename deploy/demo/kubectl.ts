import { existsSync } from 'node:fs'
import { toolPath } from '../toolchain/build.ts'
import { isInstalled } from '../../tools/requirements.ts'
import { RemedyError, run, runs } from '../../tools/step.ts'

/** The cluster that is worked on: a kubeconfig and, where it holds several, the context. */
export interface Target {
  kubeconfig: string | undefined
  context?: string | undefined
}

const CLIENTS = {
  kubectl: 'https://kubernetes.io/docs/tasks/tools',
  helm: 'https://helm.sh/docs/intro/install',
} as const

const pathOf = (tool: keyof typeof CLIENTS): string => (existsSync(toolPath(tool)) ? toolPath(tool) : tool)

/** kubectl and helm for one cluster; without the programs of the local cluster, those of the user's PATH. */
export const createKubectl = (target: Target) => {
  const options = {
    timeoutMs: 600_000,
    ...(target.kubeconfig ? { env: { KUBECONFIG: target.kubeconfig } } : {}),
  }
  const kubectl = pathOf('kubectl')
  const context = target.context ? ['--context', target.context] : []
  const execute = (args: readonly string[], stdin?: string): Promise<string> =>
    run(kubectl, [...context, ...args], stdin === undefined ? options : { ...options, stdin })
  return {
    program: kubectl,
    /** Its stdout; throws with the last lines of its output where it fails. */
    run: execute,
    succeeds: (args: readonly string[]): Promise<boolean> => runs(kubectl, [...context, ...args], options),
    /** Server-side apply of objects as they are. */
    apply: (objects: readonly object[]): Promise<string> =>
      execute(
        ['apply', '--server-side', '--force-conflicts', '--field-manager=odigos-demo', '-f', '-'],
        objects.map((object) => JSON.stringify(object)).join('\n---\n'),
      ),
    json: async <T>(args: readonly string[]): Promise<T> => JSON.parse(await execute([...args, '-o', 'json'])) as T,
    helm: (args: readonly string[]): Promise<string> =>
      run(pathOf('helm'), [...(target.context ? ['--kube-context', target.context] : []), ...args], options),
  }
}
export type Kubectl = ReturnType<typeof createKubectl>

/** Throws before anything is changed in a cluster where one of its programs is missing, with the place to get it from. */
export const requireClients = (): void => {
  for (const [tool, url] of Object.entries(CLIENTS) as [keyof typeof CLIENTS, string][])
    if (!isInstalled(pathOf(tool)))
      throw new RemedyError(`${tool} is needed, and is not on the PATH. Install it: ${url}`)
}
