/** Reads the OdigosConfig, for every process: the settings in effect, and the validation error of the current object. */
import type { Fields } from './types/fields.ts'
import { isFields } from './types/fields.ts'
import type { OdigosConfigSpec } from './kinds/odigos-config.ts'
import { effectiveConfig, odigosConfigSpec } from './kinds/odigos-config.ts'
import type { KubeObject } from './kubernetes.ts'
import { ODIGOS_CONFIG_NAME } from './names.ts'
import { describeIssues } from './types/issues.ts'

/** An OdigosConfig as caches keep it. */
export interface SettingsView {
  apiVersion: string
  kind: string
  metadata: KubeObject['metadata']
  /** With all defaults; absent if the object is invalid. */
  spec?: OdigosConfigSpec | undefined
  problem?: string | undefined
  /** The spec as it is stored. */
  given?: unknown
  status?: unknown
}

/** Enum values of the previous version. Stored objects keep them, defaults included, until they are written again. */
const EARLIER_WORDS: Readonly<Record<string, string>> = {
  'opt-in': 'OptIn',
  'opt-out': 'OptOut',
  'init-container': 'InitContainer',
  'image-volume': 'ImageVolume',
  manual: 'Manual',
  automatic: 'Automatic',
}

const inPresentWords = (fields: Fields, name: string): Fields => {
  const word = fields[name]
  return typeof word === 'string' && Object.hasOwn(EARLIER_WORDS, word)
    ? { ...fields, [name]: EARLIER_WORDS[word] }
    : fields
}

/** The spec with the enum values of this version: an upgrade must not revert a mode or a policy. */
const presentSpec = (spec: unknown): unknown => {
  if (!isFields(spec)) return spec ?? {}
  const { rollout } = spec
  const present = inPresentWords(inPresentWords(spec, 'mode'), 'agentDelivery')
  return isFields(rollout) ? { ...present, rollout: inPresentWords(rollout, 'policy') } : present
}

export const settingsView = ({ apiVersion, kind, metadata, ...object }: KubeObject): SettingsView => {
  const { data, error } = odigosConfigSpec.safeParse(presentSpec(object['spec']))
  const problem = error && describeIssues(error)
  return { apiVersion, kind, metadata, spec: data, problem, given: object['spec'], status: object['status'] }
}

/** Whether an object is the OdigosConfig that is in effect. */
export const isSettings = (metadata: KubeObject['metadata'], systemNamespace: string): boolean =>
  metadata.name === ODIGOS_CONFIG_NAME && metadata.namespace === systemNamespace

/** Why no decision is made before valid settings are known. */
export const SETTINGS_UNKNOWN = 'the OdigosConfig is invalid, and no valid one is known'

/**
 * The settings in effect. An invalid OdigosConfig leaves the previous ones in effect. If no previous ones are known, there
 * are none: the defaults could revert an opt-out.
 */
export const createSettings = (systemNamespace: string) => {
  const defaults = effectiveConfig(undefined)
  let current: OdigosConfigSpec | undefined = defaults
  let problem: string | undefined
  let isRead = false
  return {
    /** Processes a version of an OdigosConfig; ignores objects of other names or namespaces. */
    put: (view: SettingsView, change: 'added' | 'changed' | 'removed'): void => {
      if (!isSettings(view.metadata, systemNamespace)) return
      problem = change === 'removed' ? undefined : view.problem
      if (change === 'removed') current = defaults
      else if (view.spec) current = view.spec
      else if (!isRead) current = undefined
      isRead = true
    },
    /** The settings in effect, or undefined while no valid version is known. */
    current: (): OdigosConfigSpec | undefined => current,
    /** The settings for a reconcile. Throws while there are none, so that the reconcile is retried. */
    read: (): OdigosConfigSpec => {
      if (!current) throw new Error(SETTINGS_UNKNOWN)
      return current
    },
    /** The validation error of the current OdigosConfig. */
    problem: (): string | undefined => problem,
  }
}
export type Settings = ReturnType<typeof createSettings>
