/** Names of workloads as users type them: `cart`, `deploy/cart`, `deployment cart`. */
import type { WorkloadKind } from '../../api/workload-kinds.ts'
import { WORKLOAD_KINDS } from '../../api/workload-kinds.ts'
import { WORKLOAD_TYPES } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import type { ClusterView, WorkloadView } from '../../view/view.ts'
import { CliError } from '../answer.ts'

export interface WorkloadName {
  kind?: WorkloadKind
  name: string
}

/** Short names of kubectl. */
const SHORT: Record<string, WorkloadKind> = { deploy: 'Deployment', sts: 'StatefulSet', ds: 'DaemonSet', cj: 'CronJob' }

const kindOf = (word: string): WorkloadKind | undefined => {
  // kubectl also takes `deployments.apps`.
  const lower = word.toLowerCase().split('.')[0] ?? ''
  const found = WORKLOAD_KINDS.find(({ kind, plural }) => lower === kind.toLowerCase() || lower === plural)
  return found?.kind ?? SHORT[lower]
}

const EXAMPLE = 'Name it as KIND/NAME, for example deployment/cart.'

/** `words`: `NAME`, `KIND/NAME`, or `KIND` and `NAME`. */
export const parseWorkload = (words: readonly string[]): WorkloadName => {
  const [first = '', second, ...rest] = words.flatMap((word) => word.split('/'))
  if (rest.length > 0 || first === '' || second === '')
    throw new CliError(`not a workload: ${words.join(' ')}`, EXAMPLE)
  if (second === undefined) return { name: first }
  const kind = kindOf(first)
  if (kind === undefined)
    throw new CliError(
      `${first} is no kind of a workload that can be instrumented`,
      `Kinds are ${WORKLOAD_KINDS.map((each) => each.kind).join(', ')}.`,
    )
  return { kind, name: second }
}

const ref = ({ kind, name }: { kind: string; name: string }): string => `${kind.toLowerCase()}/${name}`

/** The only one of `found`. Throws if there is none, or several. */
const theOnly = <T extends { kind: string; name: string }>(
  found: readonly T[],
  wanted: WorkloadName,
  namespace: string,
): T => {
  const [first, ...others] = found
  if (!first)
    throw new CliError(
      `there is no ${wanted.kind ?? 'workload'} ${wanted.name} in the namespace ${namespace}`,
      'Choose the namespace with -n; odigos sources list shows the workloads of all.',
    )
  if (others.length > 0)
    throw new CliError(
      `${wanted.name} is ambiguous in the namespace ${namespace}`,
      `Choose one: ${found.map(ref).join(', ')}`,
    )
  return first
}

const isNamed = ({ kind, name }: WorkloadName, candidate: { kind: string; name: string }): boolean =>
  candidate.name === name && (kind === undefined || candidate.kind === kind)

/** The workload of this name in the view. */
export const findInView = (view: ClusterView, wanted: WorkloadName, namespace: string): WorkloadView =>
  theOnly(
    Object.values(view.workloads).filter((each) => each.namespace === namespace && isNamed(wanted, each)),
    wanted,
    namespace,
  )

/** The object of this name from the API server, with its kind; it works without our kinds. */
export const getWorkload = async (client: KubeClient, wanted: WorkloadName, namespace: string) => {
  const kinds = wanted.kind === undefined ? WORKLOAD_KINDS.map(({ kind }) => kind) : [wanted.kind]
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const object = await client.get({ type: WORKLOAD_TYPES[kind], namespace, name: wanted.name })
      return object ? [{ kind, name: wanted.name, object }] : []
    }),
  )
  const { object, kind } = theOnly(found.flat(), wanted, namespace)
  const { group, version } = WORKLOAD_TYPES[kind]
  // Objects of lists lack both; those of a get have them.
  return { ...object, apiVersion: `${group}/${version}`, kind }
}
