/** What an uninstallation does, in order; pure. */
import { parseInjection } from '../../api/agents/injection-annotation.ts'
import type { KubeObject, Pod } from '../../api/kubernetes.ts'
import { NODE_STORAGE, OPT_LABEL } from '../../api/names.ts'
import { isRestartable, workloadKind } from '../../api/workload-kinds.ts'
import { ownerCandidates } from '../../inject/pod/owner.ts'
import { workloadId } from '../../view/view.ts'
import { counted } from '../../view/words.ts'

export interface Named {
  kind: string
  name: string
  namespace: string
}

export interface Found {
  systemNamespace: string
  /** Name of the release of helm; undefined where it was not installed by helm. */
  release: string | undefined
  /** Namespaces and workloads with our label. */
  labelled: (Omit<Named, 'namespace'> & { namespace?: string })[]
  /** Pods of opted-in namespaces. */
  pods: (Pod & KubeObject)[]
  definitions: string[]
  /** Nodes that may hold queues of collectors. */
  nodes: string[]
  /** Image with which folders of nodes are removed; undefined where it is not known. */
  image: string | undefined
  /** What is in the namespace of Odigos and not ours: workloads, pods without one, and volumes. */
  foreign: string[]
  namespaceExists: boolean
  /** Whether processes of Odigos run. */
  hasProcesses: boolean
}

export type Step =
  | { do: 'removeRelease'; release: string; text: string }
  | { do: 'removeLabels'; targets: Found['labelled']; text: string }
  | { do: 'restart'; workloads: Named[]; text: string }
  | { do: 'drain'; text: string }
  | { do: 'deleteDefinitions'; names: string[]; text: string }
  | { do: 'cleanNodes'; nodes: string[]; image: string; text: string }
  | { do: 'deleteNamespace'; name: string; text: string }

export interface Plan {
  steps: Step[]
  /** What is left, and how it is removed by hand. */
  left: string[]
}

const hasAgent = ({ metadata }: Pod): boolean =>
  [...parseInjection(metadata?.annotations).values()].some(({ agent }) => agent !== undefined)

const keyOf = ({ kind, namespace, name }: Named): string => workloadId(namespace, kind, name)

/** The workloads whose pods have agents, once each. */
export const withAgents = (pods: readonly Pod[]): Named[] => {
  const found = pods.filter(hasAgent).flatMap((pod): Named[] => {
    const [owner] = ownerCandidates(pod)
    return owner ? [{ kind: owner.kind, name: owner.name, namespace: pod.metadata?.namespace ?? '' }] : []
  })
  return [...new Map(found.map((each) => [keyOf(each), each])).values()].toSorted((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1,
  )
}

const list = (names: readonly string[]): string =>
  names.length <= 10 ? names.join(', ') : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`

const refs = (workloads: readonly Named[]): string =>
  list(workloads.map(({ kind, name, namespace }) => `${kind.toLowerCase()}/${name} in ${namespace}`))

const labelSteps = ({ labelled }: Found): Step[] =>
  labelled.length === 0
    ? []
    : [
        {
          do: 'removeLabels',
          targets: labelled,
          text: `remove the label ${OPT_LABEL} of ${list(labelled.map(({ kind, name, namespace }) => `${kind.toLowerCase()} ${name}${namespace === undefined ? '' : ` in ${namespace}`}`))}`,
        },
      ]

const restartSteps = (workloads: readonly Named[]): Step[] =>
  workloads.length === 0
    ? []
    : [
        {
          do: 'restart',
          workloads: [...workloads],
          text: `restart ${refs(workloads)}, so that their pods have no agents`,
        },
      ]

const nodeSteps = ({ nodes, image }: Found): Step[] =>
  nodes.length === 0 || image === undefined
    ? []
    : [
        {
          do: 'cleanNodes',
          nodes,
          image,
          text: `remove ${NODE_STORAGE} on ${counted(nodes.length, 'node')}, by a pod on each: ${list(nodes)}`,
        },
      ]

/** Whether something shows that it is the namespace of Odigos: another one that is named by mistake must not go. */
const isOwnNamespace = ({ release, hasProcesses, definitions }: Found): boolean =>
  (release !== undefined || hasProcesses) && definitions.length > 0

const namespaceSteps = (found: Found): Step[] => {
  const { systemNamespace, foreign, namespaceExists } = found
  if (!namespaceExists || foreign.length > 0 || !isOwnNamespace(found)) return []
  const text = `delete the namespace ${systemNamespace}, with its Secrets, ConfigMaps and volumes`
  return [{ do: 'deleteNamespace', name: systemNamespace, text }]
}

const leftBy = (found: Found, others: readonly Named[]): string[] => {
  const { release, hasProcesses, namespaceExists, foreign, systemNamespace, nodes, image } = found
  return [
    ...(release === undefined && hasProcesses
      ? [
          `the processes, permissions and policies of Odigos: there is no release of helm in ${systemNamespace}; delete what you have applied`,
        ]
      : []),
    ...(others.length > 0 ? [`agents in pods that run to their end: ${refs(others)}`] : []),
    ...(namespaceExists && foreign.length === 0 && !isOwnNamespace(found)
      ? [
          `the namespace ${systemNamespace}: nothing shows that it is that of Odigos; if it is: kubectl delete namespace ${systemNamespace}`,
        ]
      : []),
    ...(foreign.length > 0 ? [`the namespace ${systemNamespace}, which others use: ${list(foreign)}`] : []),
    ...(nodes.length > 0 && image === undefined ? [`${NODE_STORAGE} on ${list(nodes)}: remove it by hand`] : []),
  ]
}

/**
 * First the webhook and the controllers go, so that new pods get no agents whatever the mode is; then pods are replaced; the
 * collectors, which serve them until then, go once their queues are empty.
 */
export const planUninstall = (found: Found): Plan => {
  const { release, pods, definitions } = found
  const workloads = withAgents(pods)
  const restartable = workloads.filter(({ kind }) => isRestartable(kind))
  // The next run of a CronJob has no agent.
  const others = workloads.filter(({ kind }) => !isRestartable(kind) && workloadKind(kind)?.isOneOff === true)
  const hasCollectors = definitions.length > 0
  return {
    steps: [
      ...(release === undefined
        ? []
        : [
            {
              do: 'removeRelease' as const,
              release,
              text: `helm uninstall ${release} -n ${found.systemNamespace}: new pods get no agents`,
            },
          ]),
      ...labelSteps(found),
      ...restartSteps(restartable),
      ...(hasCollectors ? [{ do: 'drain' as const, text: 'wait until the queues of the collectors are empty' }] : []),
      ...(hasCollectors
        ? [
            {
              do: 'deleteDefinitions' as const,
              names: definitions,
              text: `delete ${counted(definitions.length, 'CustomResourceDefinition')}, and with them collectors, Destinations and settings`,
            },
          ]
        : []),
      ...nodeSteps(found),
      ...namespaceSteps(found),
    ],
    left: leftBy(found, others),
  }
}
