import type {
  ContainerDecision,
  InstrumentationConfig,
  InstrumentationConfigSpec,
} from '../api/kinds/instrumentation-config.ts'
import { knownContainers } from '../api/types/container.ts'

const isEmpty = (value: unknown): boolean => !value || (Array.isArray(value) && value.length === 0)

const withoutEmpty = <Fields extends object>(fields: Fields): Partial<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))) as Partial<Fields>

const keepDecision = (decision: ContainerDecision): ContainerDecision => {
  const { name, image, libc, agent, reason, message, ...facts } = decision
  const { executable, firstProcess, measured, runtimeEnv, settings } = facts
  return {
    name,
    reason,
    message: agent ? '' : message,
    ...withoutEmpty({
      ...(agent ? { agent, image, libc } : {}),
      executable,
      firstProcess,
      measured,
      runtimeEnv,
      settings,
    }),
  }
}

/** What decisions need of an InstrumentationConfig: only the spec contains instructions. */
export const keptSpec = ({ spec }: Pick<InstrumentationConfig, 'spec'>): InstrumentationConfigSpec => {
  const { workload, serviceName, pipeline } = spec
  return {
    workload,
    ...(serviceName ? { serviceName } : {}),
    ...(pipeline ? { pipeline } : {}),
    containers: knownContainers({ spec }).map(keepDecision),
  }
}
