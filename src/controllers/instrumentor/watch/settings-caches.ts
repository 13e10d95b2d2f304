import { withoutManagedFields } from '../../../api/kubernetes.ts'
import type { InstrumentationRule } from '../../../api/kinds/instrumentation-rule.ts'
import type { SettingsView } from '../../../api/settings.ts'
import { createSettings, isSettings, settingsView } from '../../../api/settings.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { StartInformer } from './workload-caches.ts'

type SettingsObject = SettingsView | InstrumentationRule

export interface SettingsCachesOptions {
  start: StartInformer
  systemNamespace: string
  /** Called with each object that changed, in any namespace. */
  onChange: (object: SettingsObject) => void
  /** Called when a change concerns all workloads. */
  onAll: () => void
  /** Called when the OdigosConfig in force has changed. */
  onSettings: () => void
}

/** OdigosConfigs and InstrumentationRules of all namespaces; only those in the namespace of Odigos are in force. */
export const createSettingsCaches = ({
  start,
  systemNamespace,
  onChange,
  onAll,
  onSettings,
}: SettingsCachesOptions) => {
  const inForce = createSettings(systemNamespace)
  const rules = start(
    RESOURCES.instrumentationRules,
    (object) => withoutManagedFields(object) as InstrumentationRule,
    (rule) => {
      onChange(rule)
      if (rule.metadata.namespace === systemNamespace) onAll()
    },
  )
  const configs = start(RESOURCES.odigosConfigs, settingsView, (view, change) => {
    inForce.put(view, change)
    onChange(view)
    if (!isSettings(view.metadata, systemNamespace)) return
    onAll()
    onSettings()
  })
  return {
    informers: { rules, settings: configs },
    /** The InstrumentationRules in force. */
    rules: (): InstrumentationRule[] => rules.list().filter(({ metadata }) => metadata.namespace === systemNamespace),
    /** The specification of the OdigosConfig in force. */
    settings: inForce.read,
    /** The same, or `undefined` while no valid version is known. */
    currentSettings: inForce.current,
    /** An OdigosConfig or InstrumentationRule of any namespace. */
    settingsObject: (kind: string, namespace: string, name: string): SettingsObject | undefined =>
      (kind === 'OdigosConfig' ? configs : rules).get(namespace, name),
  }
}
