import { existsSync } from 'node:fs'
import { toolPath } from '../toolchain/build.ts'
import { isInstalled } from '../../tools/requirements.ts'
import { RemedyError, run, runs } from '../../tools/step.ts'

/** The target cluster: a kubeconfig and, if it contains several, the context. */
export interface Target {
  kubeconfig: string | undefined
  context?: string | undefined
}

const CLIENTS = {
  kubectl: 'https://kubernetes.io/docs/tasks/tools',
  helm: 'https://helm.sh/docs/intro/install',
} as const

const pathOf = (tool: keyof typeof CLIENTS): string => (existsSync(toolPath(tool)) ? toolPath(tool) : tool)

/** kubectl and helm for one cluster: the programs of the local cluster, or else those on the user's PATH. */
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
    /** Returns stdout; on failure, throws with the last lines of the output. */
    run: execute,
    succeeds: (args: readonly string[]): Promise<boolean> => runs(kubectl, [...context, ...args], options),
    /** Server-side apply of the given objects. */
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

/** Throws, before anything is changed in a cluster, if a program is missing; the error names its source. */
export const requireClients = (): void => {
  for (const [tool, url] of Object.entries(CLIENTS) as [keyof typeof CLIENTS, string][])
    if (!isInstalled(pathOf(tool))) throw new RemedyError(`${tool} is required but not on the PATH. Install it: ${url}`)
}
