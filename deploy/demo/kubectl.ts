import { existsSync } from 'node:fs'
import { toolPath } from '../toolchain/build.ts'
import { run, runs } from '../toolchain/step.ts'

/** The cluster that is worked on: a kubeconfig and, where it holds several, the context. */
export interface Target {
  kubeconfig: string | undefined
  context?: string | undefined
}

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

const pathOf = (tool: 'kubectl' | 'helm'): string => (existsSync(toolPath(tool)) ? toolPath(tool) : tool)
