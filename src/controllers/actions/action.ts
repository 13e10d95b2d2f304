/** What a `reconcile` returns: actions as data, with the same words in every controller. */
import type { KubeObject, Metadata } from '../../api/kubernetes.ts'
import type { Reason } from '../../api/reasons.ts'

/** An object by its identity. Failures and Events are recorded on the one that an action is about. */
export interface Subject {
  apiVersion: string
  kind: string
  metadata: Pick<Metadata, 'namespace' | 'uid'> & { name: string }
}

interface Conditional {
  /** Id of an action that must be done first. */
  requires?: string
}

export interface ApplyAction extends Conditional {
  do: 'apply'
  object: KubeObject
  about: Subject
}

export interface DeleteAction extends Conditional {
  do: 'delete'
  /** With its uid, so that another object of the same name is not deleted. */
  object: Subject
  about: Subject
}

export interface StatusAction extends Conditional {
  do: 'status'
  /** Identity and status. */
  object: KubeObject
  /** The object itself where absent. */
  about?: Subject
}

export interface EventAction extends Conditional {
  do: 'event'
  about: Subject
  type: 'Normal' | 'Warning'
  reason: Reason
  message: string
}

/** What the runner of actions needs to know of one, whatever a controller's actions are. */
export interface Step {
  /** Names the action, the same in every reconcile. */
  id: string
  do: string
  /** How a user names what it writes. */
  title: string
  /** The object on which a failure is recorded as an Event. */
  about: Subject
  /** Id of an action that must be done first. */
  requires?: string | undefined
  /** What distinguishes the action from an earlier one with the same id; the whole action where absent. */
  fingerprint?: string
}

export type Action = ApplyAction | DeleteAction | StatusAction | EventAction

export const subjectOf = ({ apiVersion, kind, metadata }: Subject): Subject => {
  const { namespace, name, uid } = metadata
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) },
  }
}

/** The object that an action is about. */
const aboutOf = (action: Action): Subject =>
  action.do === 'status' ? (action.about ?? subjectOf(action.object)) : action.about

/** `apply Service/odigos-system/odigos-gateway`: what is done to which object, the same in every reconcile. */
export const actionId = (verb: string, { kind, metadata: { namespace, name } }: Subject): string =>
  `${verb} ${[kind, ...(namespace === undefined ? [] : [namespace]), name].join('/')}`

const WORDS: Record<Action['do'], string> = {
  apply: '',
  delete: 'deletion of ',
  status: 'status of ',
  event: 'Event on ',
}

export const idOf = (action: Action): string =>
  actionId(action.do, action.do === 'event' ? action.about : action.object)

/** How a user names what an action writes: `Service odigos-gateway`. */
const titleOf = (action: Action): string => {
  const { kind, metadata } = action.do === 'event' ? action.about : action.object
  return `${WORDS[action.do]}${kind} ${metadata.name}`
}

/** What the runner needs to know of an action. */
export const stepOf = (action: Action): Step => ({
  id: idOf(action),
  do: action.do,
  title: titleOf(action),
  about: aboutOf(action),
  requires: action.requires,
})
