import { z } from 'zod'
import type { OdigosConfigSpec } from '../../../api/kinds/odigos-config.ts'
import { effectiveConfig, odigosConfigSpec } from '../../../api/kinds/odigos-config.ts'
import type { KubeObject } from '../../../api/kubernetes.ts'
import type { Cached } from '../../../kube/types.ts'

export interface SettingsView extends Cached {
  apiVersion: string
  kind: string
  spec: OdigosConfigSpec | undefined
  problem: string | undefined
}

export const settingsView = ({ apiVersion, kind, metadata, ...object }: KubeObject): SettingsView => {
  const { data, error } = odigosConfigSpec.safeParse(object['spec'] ?? {})
  return { apiVersion, kind, metadata, spec: data, problem: error && z.prettifyError(error) }
}

/** The settings in force: an OdigosConfig that is not understood leaves those before it, as if it had not been written. */
export const createSettings = (onProblem: (settings: SettingsView) => void) => {
  const defaults = effectiveConfig(undefined)
  let current: OdigosConfigSpec | undefined = defaults
  let isRead = false
  return {
    put: (view: SettingsView, change: 'added' | 'changed' | 'removed'): void => {
      if (change === 'removed') current = defaults
      else if (view.spec) current = view.spec
      // Nothing is known about what was in force before: the defaults could undo all of it.
      else if (!isRead) current = undefined
      isRead = true
      if (change !== 'removed' && view.problem) onProblem(view)
    },
    /** Throws while no settings are known that were ever valid. */
    read: (): OdigosConfigSpec => {
      if (!current) throw new Error('the OdigosConfig is not understood')
      return current
    },
  }
}
