import { isDeepStrictEqual } from 'node:util'
import type { InstrumentationConfig, KnownContainer, Rollback } from '../../../api/kinds/instrumentation-config.ts'
import { API_GROUP_VERSION, MANAGED_BY, MANAGED_BY_LABEL } from '../../../api/names.ts'
import { decisionOf } from '../../../api/types/container.ts'
import { instrumentationConfigName } from '../../../api/workloads.ts'
import type { Observed } from '../observed.ts'
import { gatewayChoiceOf, serviceNameOf } from './overrides.ts'

export const desiredConfig = (
  { workload }: Observed,
  containers: readonly KnownContainer[],
  rollback: Rollback | undefined,
): InstrumentationConfig => {
  const { apiVersion, kind, metadata } = workload
  const serviceName = serviceNameOf(metadata.annotations)
  const gateway = gatewayChoiceOf(metadata.annotations)
  return {
    apiVersion: API_GROUP_VERSION,
    kind: 'InstrumentationConfig',
    metadata: {
      name: instrumentationConfigName(kind, metadata.name),
      namespace: metadata.namespace,
      labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '' }],
    },
    spec: {
      workload: { apiVersion, kind, name: metadata.name },
      ...(serviceName ? { serviceName } : {}),
      containers: containers.map(decisionOf),
      ...(gateway ? { gateway } : {}),
      ...(rollback ? { rollback } : {}),
    },
  }
}

const isSameSpec = (config: InstrumentationConfig | undefined, desired: InstrumentationConfig): boolean => {
  if (!config) return false
  const { pipeline: _schedulers, ...spec } = config.spec
  return isDeepStrictEqual(spec, desired.spec)
}

/** Compares only what this controller owns: not the pipeline, which the scheduler writes. */
export const isSame = (config: InstrumentationConfig | undefined, desired: InstrumentationConfig): boolean =>
  isSameSpec(config, desired) &&
  config?.metadata.ownerReferences?.[0]?.uid === desired.metadata.ownerReferences?.[0]?.uid

/** The generation that the status is about: a change of the specification raises it by one. */
export const generationOf = (config: InstrumentationConfig | undefined, desired: InstrumentationConfig): number => {
  const before = config?.metadata.generation ?? 0
  return isSameSpec(config, desired) ? before : before + 1
}
