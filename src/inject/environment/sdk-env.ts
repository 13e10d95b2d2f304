/**
 * Adds the SDK's configuration and resource under the names of OpenTelemetry: for processes that we start ourselves, and for an
 * SDK of the application's own that the user wants to have configured.
 */
import type { EnvVar } from '../../api/kubernetes.ts'
import { escapeReferences } from '../../api/kubernetes.ts'
import { ENDPOINT_VARIABLES, exporterVariables } from '../../api/types/sdk-variables.ts'
import { SDK_VARIABLES } from '../../api/names.ts'
import type { AgentSubject } from '../agents/agent.ts'
import { addAttributes, userAttributes } from './attributes-env.ts'
import { completeExporter } from './exporter-settings.ts'
import { resourceAttributes, serviceName } from './resource-attributes.ts'
import type { Variable } from './sdk-variables.ts'
import { sdkVariables } from './sdk-variables.ts'
import type { TraceEntry } from '../types.ts'

const { resourceAttributes: ATTRIBUTES, serviceName: SERVICE_NAME, sampler, samplerArgument } = SDK_VARIABLES
const { endpoint, protocol } = SDK_VARIABLES
const OF_OTHER_BACKENDS = [...ENDPOINT_VARIABLES, ...exporterVariables('HEADERS')]

/** Whether a variable is unset; '' is a value. Variables that belong together count as one. */
const absentFrom = (
  env: readonly EnvVar[],
  runtime: ReadonlyMap<string, string>,
): ((variable: Variable) => boolean) => {
  const present = new Set(runtime.keys())
  for (const { name } of env) present.add(name)
  if (present.has(sampler) || present.has(samplerArgument)) present.add(sampler).add(samplerArgument)
  // Our protocol need not fit an endpoint of the user's, and headers may hold a key for another backend.
  if (OF_OTHER_BACKENDS.some((name) => present.has(name))) present.add(endpoint).add(protocol)
  return ({ name }) => !present.has(name)
}

/** The environment with the SDK's configuration and resource. Variables that are set stay unchanged. */
export const addSdkEnvironment = (env: readonly EnvVar[], subject: AgentSubject, trace: TraceEntry[]): EnvVar[] => {
  const { decision, container, pod, spec, context } = subject
  const runtime = new Map((decision.runtimeEnv ?? []).map(({ name, value }) => [name, value]))
  const attributesVariable = { name: ATTRIBUTES, runtimeValue: runtime.get(ATTRIBUTES) }
  const user = userAttributes(env, attributesVariable)
  const identity = { pod, container, spec, namespace: context.namespace.name }
  const service = serviceName(identity)
  const variables = sdkVariables(subject)
  const attributes = resourceAttributes(identity)
  // OTEL_SERVICE_NAME overrides service.name among the attributes, so it is set only if the user set neither.
  if (user.isOpaque && !user.isClosed) {
    attributes.unshift({ key: 'service.name', parts: [service.value], from: service.from })
  } else if (!user.keys.has('service.name') && !variables.has(SERVICE_NAME)) {
    variables.set(SERVICE_NAME, { name: SERVICE_NAME, value: escapeReferences(service.value), from: service.from })
  }
  const completion = completeExporter(subject)
  for (const variable of 'added' in completion ? completion.added : []) variables.set(variable.name, variable)
  const isAbsent = absentFrom(env, runtime)
  const added = [...env]
  for (const variable of variables.values()) {
    if (!isAbsent(variable)) continue
    const { name, value, from } = variable
    added.push({ name, value })
    trace.push({ rule: name, finding: value, from, container: container.name })
  }
  return addAttributes(added, attributes, attributesVariable)
}
