/** Does the steps of an uninstallation. Each can be repeated: what is gone already is not missed. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { KubeObject } from '../../api/kubernetes.ts'
import { CLI_NAME, COMPONENT_LABEL, MANAGED_BY_SELECTOR, OPT_LABEL } from '../../api/names.ts'
import type { WorkloadKind } from '../../api/workload-kinds.ts'
import { replicaCounts } from '../../api/workload-kinds.ts'
import { restartPatch } from '../../api/workloads.ts'
import { IN_A_POD } from '../../collector/config.ts'
import { isNotFound } from '../../kube/http/error.ts'
import { listObjects } from '../../kube/http/list-objects.ts'
import { RESOURCES, WORKLOAD_TYPES } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import { parseSamples } from '../../prometheus/text.ts'
import { CliError } from '../answer.ts'
import type { Session } from '../session.ts'
import { cleanNodes } from './clean-nodes.ts'
import type { Named, Step } from './plan.ts'
import { isSoWithin } from './wait.ts'

interface Acting {
  session: Session
  client: KubeClient
}

const run = promisify(execFile)

const helm = async ({ target, systemNamespace }: Session, release: string): Promise<void> => {
  const { kubeconfig, context } = target
  const args = [
    'uninstall',
    release,
    '-n',
    systemNamespace,
    '--wait',
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(context === undefined ? [] : ['--kube-context', context]),
  ]
  try {
    await run('helm', args, { timeout: 300_000 })
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string; stderr?: string }
    if (code === 'ENOENT')
      throw new CliError(
        'helm is not on the PATH',
        'Install it (https://helm.sh/docs/intro/install), and repeat the command.',
      )
    throw new CliError(`helm failed: ${stderr.trim().split('\n').at(-1) ?? ''}`)
  }
}

/** What was deleted meanwhile need not be changed. */
const unlessGone = async (write: Promise<unknown>): Promise<void> => {
  try {
    await write
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

const removeLabels = async (
  { client }: Acting,
  targets: readonly { kind: string; name: string; namespace?: string }[],
): Promise<void> => {
  for (const { kind, name, namespace } of targets) {
    const type = kind === 'Namespace' ? RESOURCES.namespaces : WORKLOAD_TYPES[kind as WorkloadKind]
    const patch = { metadata: { labels: { [OPT_LABEL]: null } } }
    await client.mergePatch({ type, name, namespace }, patch, { fieldManager: CLI_NAME }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }
}

const refOf = ({ kind, name, namespace }: Named) => ({ type: WORKLOAD_TYPES[kind as WorkloadKind], name, namespace })

const isRolledOut = async (client: KubeClient, workload: Named): Promise<boolean> => {
  const object = await client.get<KubeObject>(refOf(workload))
  const counts = object && replicaCounts({ ...object, kind: workload.kind })
  return (
    !counts ||
    (counts.isObserved &&
      counts.updated >= counts.desired &&
      counts.ready >= counts.desired &&
      counts.total <= counts.desired)
  )
}

/** Returns the workloads whose rollout has not ended. */
const restartAll = async ({ client, session }: Acting, workloads: readonly Named[]): Promise<string[]> => {
  const patch = restartPatch(session.now().toISOString())
  for (const workload of workloads)
    await unlessGone(client.mergePatch(refOf(workload), patch, { fieldManager: CLI_NAME }))
  const late = await Promise.all(
    workloads.map(async (workload) =>
      (await isSoWithin(300_000, () => isRolledOut(client, workload))) ? [] : [workload],
    ),
  )
  return late
    .flat()
    .map(({ kind, name, namespace }) => `${kind.toLowerCase()}/${name} in ${namespace}: its rollout has not ended`)
}

const COLLECTORS = `${MANAGED_BY_SELECTOR},${COMPONENT_LABEL}`

/** Items or bytes in the queues of a collector; undefined where it cannot be asked. */
const queuedIn = async (
  client: KubeClient,
  { metadata: { name, namespace } }: KubeObject,
): Promise<number | undefined> => {
  try {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}:${IN_A_POD.metricsPort}/proxy/metrics`
    const samples = parseSamples(await client.request<string>('GET', path))
    return samples
      .filter((each) => each.name === 'otelcol_exporter_queue_size')
      .reduce((sum, { value }) => sum + value, 0)
  } catch {
    return undefined
  }
}

const collectorPods = ({ client, session }: Acting): Promise<KubeObject[]> =>
  listObjects(client, RESOURCES.pods, { namespace: session.systemNamespace, labelSelector: COLLECTORS })

const DRAIN_MS = 60_000

/** Returns that data was left behind, if it was; a dead destination must not keep it from ending. */
const drain = async (acting: Acting): Promise<string[]> => {
  const isEmpty = async (): Promise<boolean> => {
    const queued = await Promise.all((await collectorPods(acting)).map((pod) => queuedIn(acting.client, pod)))
    return queued.every((each) => each === 0)
  }
  return (await isSoWithin(DRAIN_MS, isEmpty))
    ? []
    : ['the queues of collectors were not empty, or could not be read, after 60 s: what waited is lost']
}

const deleteDefinitions = async (acting: Acting, names: readonly string[]): Promise<string[]> => {
  for (const name of names) await acting.client.delete({ type: RESOURCES.customResourceDefinitions, name })
  const areGone = await isSoWithin(180_000, async () => (await collectorPods(acting)).length === 0)
  return areGone ? [] : ['pods of collectors still run']
}

const deleteNamespace = async ({ client }: Acting, name: string): Promise<string[]> => {
  const ref = { type: RESOURCES.namespaces, name }
  await client.delete(ref)
  const isGone = await isSoWithin(180_000, async () => (await client.get(ref)) === undefined)
  return isGone ? [] : [`the namespace ${name} is still being deleted`]
}

/** Does one step; returns what may remain after it. */
export const act = async (session: Session, step: Step): Promise<string[]> => {
  const acting = { session, client: await session.client() }
  switch (step.do) {
    case 'removeRelease':
      await helm(session, step.release)
      return []
    case 'removeLabels':
      await removeLabels(acting, step.targets)
      return []
    case 'restart':
      return restartAll(acting, step.workloads)
    case 'drain':
      return drain(acting)
    case 'deleteDefinitions':
      return deleteDefinitions(acting, step.names)
    case 'cleanNodes':
      return cleanNodes(acting.client, step.nodes, { namespace: session.systemNamespace, image: step.image })
    case 'deleteNamespace':
      return deleteNamespace(acting, step.name)
  }
}
