/** Removes the folder of collectors on nodes, by a pod on each, which is removed as well. */
import { posix } from 'node:path'
import type { KubeObject } from '../../api/kubernetes.ts'
import { CLI_NAME, NODE_STORAGE } from '../../api/names.ts'
import { asFields } from '../../api/types/fields.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient, ObjectRef } from '../../kube/types.ts'
import { isSoWithin } from './wait.ts'

const MOUNT = '/host'
const LIMIT_MS = 120_000

/** The parent is mounted, because a mounted folder cannot be removed; only the folder is touched. */
export const cleanerPod = (node: string, namespace: string, image: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `odigos-clean-${node}`.slice(0, 253),
    namespace,
    labels: { 'app.kubernetes.io/name': 'odigos', 'odigos.io/component': 'clean' },
  },
  spec: {
    nodeName: node,
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: 'clean',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: [
          'node',
          '-e',
          'require("fs").rmSync(process.argv[1], { recursive: true, force: true })',
          `${MOUNT}/${posix.basename(NODE_STORAGE)}`,
        ],
        securityContext: { runAsUser: 0, runAsNonRoot: false, allowPrivilegeEscalation: false },
        volumeMounts: [{ name: 'host', mountPath: MOUNT }],
      },
    ],
    volumes: [{ name: 'host', hostPath: { path: posix.dirname(NODE_STORAGE), type: 'Directory' } }],
  },
})

const phaseOf = async (client: KubeClient, ref: ObjectRef): Promise<unknown> =>
  asFields((await client.get<KubeObject & { status?: unknown }>(ref))?.status)['phase']

/** Returns why the folder of a node may remain; undefined where it was removed. */
const cleanNode = async (
  client: KubeClient,
  { node, namespace, image }: { node: string; namespace: string; image: string },
): Promise<string | undefined> => {
  const pod = cleanerPod(node, namespace, image)
  const ref = { type: RESOURCES.pods, namespace, name: pod.metadata.name }
  await client.delete(ref)
  try {
    await client.create(RESOURCES.pods, pod, { fieldManager: CLI_NAME })
    let phase: unknown
    const hasEnded = async (): Promise<boolean> => {
      phase = await phaseOf(client, ref)
      return phase === 'Succeeded' || phase === 'Failed'
    }
    if (!(await isSoWithin(LIMIT_MS, hasEnded))) return `${node}: the pod has not ended after ${LIMIT_MS / 1000} s`
    return phase === 'Succeeded' ? undefined : `${node}: the pod failed`
  } catch (error) {
    return `${node}: ${(error as Error).message}`
  } finally {
    await client.delete(ref).catch(() => false)
  }
}

/** All nodes at once. Returns what may remain. */
export const cleanNodes = async (
  client: KubeClient,
  nodes: readonly string[],
  options: { namespace: string; image: string },
): Promise<string[]> => {
  const results = await Promise.all(nodes.map((node) => cleanNode(client, { node, ...options })))
  return results.filter((each) => each !== undefined)
}
