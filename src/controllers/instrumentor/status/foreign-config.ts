/** Reports InstrumentationConfigs that another owner created, or that have lost our label. */
import { isOurs, MANAGED_BY_SELECTOR } from '../../../api/names.ts'
import type { RecordEvent } from '../../../kube/types.ts'
import type { Observed } from '../observed.ts'

/** Records one Event on a workload when its InstrumentationConfig is found to be that of another owner. */
export const createReportForeign = (record: RecordEvent) => {
  /** UIDs of the InstrumentationConfigs that were reported, by the key of their workload. */
  const reported = new Map<string, string>()
  return (key: string, observed?: Pick<Observed, 'workload' | 'config'>): void => {
    const { metadata } = observed?.config ?? {}
    if (!observed || !metadata || isOurs(metadata)) return void reported.delete(key)
    const { name, uid = '' } = metadata
    if (reported.get(key) === uid) return
    reported.set(key, uid)
    const message = `the InstrumentationConfig ${name} is left unchanged and has no effect, because it lacks the label ${MANAGED_BY_SELECTOR}; add the label or delete it`
    record(observed.workload, { type: 'Warning', reason: 'ApplyFailed', message })
  }
}
