/** The one reading of the OdigosConfig, for every process: what is in force, and what is wrong with what was written. */
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
  /** With every default; absent where the object is invalid. */
  spec?: OdigosConfigSpec | undefined
  problem?: string | undefined
  status?: unknown
}

/** Words of the version before. Stored objects keep them, defaults included, until somebody writes them anew. */
const EARLIER_WORDS: Readonly<Record<string, string>> = {
  'opt-in': 'OptIn',
  'opt-out': 'OptOut',
  'init-container': 'InitContainer',
  'image-volume': 'ImageVolume',
  manual: 'Manual',
  automatic: 'Automatic',
}

const inPresentWords = (fields: Record<string, unknown>, name: string): Record<string, unknown> => {
  const word = fields[name]
  return typeof word === 'string' && Object.hasOwn(EARLIER_WORDS, word)
    ? { ...fields, [name]: EARLIER_WORDS[word] }
    : fields
}

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The spec as this version writes it: an upgrade must not undo a mode or a policy. */
const presentSpec = (spec: unknown): unknown => {
  if (!isFields(spec)) return spec ?? {}
  const { rollout } = spec
  const present = inPresentWords(inPresentWords(spec, 'mode'), 'agentDelivery')
  return isFields(rollout) ? { ...present, rollout: inPresentWords(rollout, 'policy') } : present
}

export const settingsView = ({ apiVersion, kind, metadata, ...object }: KubeObject): SettingsView => {
  const { data, error } = odigosConfigSpec.safeParse(presentSpec(object['spec']))
  return { apiVersion, kind, metadata, spec: data, problem: error && describeIssues(error), status: object['status'] }
}

/** Whether it is the OdigosConfig that counts. */
export const isSettings = (metadata: KubeObject['metadata'], systemNamespace: string): boolean =>
  metadata.name === ODIGOS_CONFIG_NAME && metadata.namespace === systemNamespace

/** Why nothing is decided while no valid settings are known. */
export const SETTINGS_UNKNOWN = 'the OdigosConfig is invalid, and no valid one is known'

/**
 * The settings in force. An invalid OdigosConfig leaves those before it in force. Where none before it are known, there
 * are none: the defaults could undo an opt-out.
 */
export const createSettings = (systemNamespace: string) => {
  const defaults = effectiveConfig(undefined)
  let current: OdigosConfigSpec | undefined = defaults
  let problem: string | undefined
  let isRead = false
  return {
    /** Takes a version of an OdigosConfig; those that do not count change nothing. */
    put: (view: SettingsView, change: 'added' | 'changed' | 'removed'): void => {
      if (!isSettings(view.metadata, systemNamespace)) return
      problem = change === 'removed' ? undefined : view.problem
      if (change === 'removed') current = defaults
      else if (view.spec) current = view.spec
      else if (!isRead) current = undefined
      isRead = true
    },
    /** The settings in force, or undefined while none are known that were ever valid. */
    current: (): OdigosConfigSpec | undefined => current,
    /** The same for a reconcile, which fails and is retried while there are none. */
    read: (): OdigosConfigSpec => {
      if (!current) throw new Error(SETTINGS_UNKNOWN)
      return current
    },
    /** What is wrong with the OdigosConfig as it is now. */
    problem: (): string | undefined => problem,
  }
}
export type Settings = ReturnType<typeof createSettings>
