/** A client that answers as a kubelet does for the log of a pod, from the file of a collector on this machine. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeClient } from '../../../src/kube/types.ts'

/** Folders of collectors by the names of their pods. */
export const logsByPod =
  (folders: Readonly<Record<string, string>>): KubeClient['request'] =>
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as the client has it
  async <T>(_method: string, path: string): Promise<T> => {
    const { pathname, searchParams } = new URL(path, 'http://api')
    const [, pod = ''] = /\/pods\/([^/]+)\/log$/.exec(pathname) ?? []
    const sinceMs = Date.parse(searchParams.get('sinceTime') ?? '')
    const lines = readFileSync(join(folders[pod] ?? '', 'log'), 'utf8').split('\n')
    return lines
      .filter((line) => line.startsWith('{') && Date.parse((JSON.parse(line) as { ts: string }).ts) >= sinceMs)
      .join('\n') as T
  }
