/** Writes whether OdigosConfigs and InstrumentationRules are accepted. */
import type { InstrumentationRule } from '../../api/kinds/instrumentation-rule.ts'
import { instrumentationRuleSpec } from '../../api/kinds/instrumentation-rule.ts'
import { API_GROUP_VERSION } from '../../api/names.ts'
import { rfc3339 } from '../../api/time.ts'
import { describeIssues } from '../../api/types/issues.ts'
import type { SettingsView } from '../../api/settings.ts'
import { isNotFound } from '../../kube/http/error.ts'
import { resourceOfKind } from '../../kube/resources.ts'
import type { KubeClient, ReconcileResult, RecordEvent, ResourceType } from '../../kube/types.ts'
import type { Accountable, Refusal } from '../accepted-status.ts'
import { acceptedCondition, acceptedStatus, wrongNamespace } from '../accepted-status.ts'
import { FIELD_MANAGER } from './field-manager.ts'

/** Key of an object in the queue. */
export const objectKey = ({ kind, metadata }: Accountable): string =>
  `${kind}/${metadata.namespace ?? ''}/${metadata.name}`

const settingsRefusal = ({ problem }: SettingsView): Refusal | undefined =>
  problem === undefined ? undefined : { reason: 'InvalidField', message: problem }

const ruleRefusal = ({ spec }: InstrumentationRule): Refusal | undefined => {
  if (spec.disabled) return { reason: 'Disabled', message: 'the InstrumentationRule is disabled' }
  const { error } = instrumentationRuleSpec.safeParse(spec)
  return error && { reason: 'InvalidField', message: describeIssues(error) }
}

/** Why the object is not used, or undefined where it is. */
export const refusalOf = (object: SettingsView | InstrumentationRule, systemNamespace: string): Refusal | undefined =>
  wrongNamespace(object, systemNamespace) ??
  (object.kind === 'OdigosConfig'
    ? settingsRefusal(object as SettingsView)
    : ruleRefusal(object as InstrumentationRule))

export interface AcceptOptions {
  client: KubeClient
  record: RecordEvent
  /** Namespace of Odigos. */
  config: { NAMESPACE: string }
  find: (kind: string, namespace: string, name: string) => SettingsView | InstrumentationRule | undefined
  now: () => number
}

/** Reconciles the condition `Accepted` of one object; an invalid one is also reported as an Event. */
export const createAccept = (options: AcceptOptions) => {
  const { client, config, record, find, now } = options

  const accept = async (object: SettingsView | InstrumentationRule, type: ResourceType): Promise<void> => {
    const refusal = refusalOf(object, config.NAMESPACE)
    const status = acceptedStatus(object, [acceptedCondition(object, refusal)], rfc3339(now()))
    if (!status) return
    await client.apply(type, status, { fieldManager: FIELD_MANAGER, subresource: 'status' })
    if (refusal?.reason === 'InvalidField') record(object, { type: 'Warning', ...refusal })
  }

  return async (key: string): Promise<ReconcileResult> => {
    const [kind = '', namespace = '', name = ''] = key.split('/')
    const object = find(kind, namespace, name)
    const type = resourceOfKind(kind, API_GROUP_VERSION)
    if (!object || !type) return undefined
    try {
      await accept(object, type)
    } catch (error) {
      // Deleted in the meantime; the watch reports it.
      if (!isNotFound(error)) throw error
    }
    return undefined
  }
}
