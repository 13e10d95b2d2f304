import type { ContainerDecision } from '../../../../api/kinds/instrumentation-config.ts'
import { SDK_PREFIX, SDK_VARIABLES } from '../../../../api/names.ts'

/** Below this ratio, the few requests of the time that is waited may all be dropped. */
const SMALL_RATIO = 0.05

/** Whether the known settings of a container drop all of its traces, or nearly all. */
export const dropsTraces = ({ settings = [], runtimeEnv = [] }: ContainerDecision): boolean => {
  // Those of the image and the user take precedence.
  const values = new Map([...settings, ...runtimeEnv].map(({ name, value }) => [name, value]))
  const sampler = values.get(SDK_VARIABLES.sampler) ?? ''
  const ratio = Number(values.get(SDK_VARIABLES.samplerArgument) || 1)
  return (
    sampler.endsWith('always_off') ||
    (sampler.endsWith('traceidratio') && ratio < SMALL_RATIO) ||
    values.get(SDK_VARIABLES.traces) === 'none' ||
    values.get(`${SDK_PREFIX}SDK_DISABLED`) === 'true'
  )
}
