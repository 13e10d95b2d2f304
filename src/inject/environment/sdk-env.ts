import type { EnvVar } from '../../api/kubernetes.ts'
import { addAttributes, userAttributes } from './attributes-env.ts'
import { literal } from './hook.ts'
import type { Recipe } from '../agents/agent.ts'
import { resourceAttributes, serviceName } from './resource-attributes.ts'
import type { ContainerSubject } from '../rule.ts'
import type { Variable } from './sdk-variables.ts'
import { SAMPLER, SAMPLER_ARGUMENT, sdkVariables } from './sdk-variables.ts'
import type { TraceEntry } from '../types.ts'

const ATTRIBUTES = 'OTEL_RESOURCE_ATTRIBUTES'
const SERVICE_NAME = 'OTEL_SERVICE_NAME'

/** Whether nobody set a variable; '' is a value. The sampler and its argument belong together. */
const absentFrom = (
  env: readonly EnvVar[],
  runtime: ReadonlyMap<string, string>,
): ((variable: Variable) => boolean) => {
  const present = new Set(runtime.keys())
  for (const { name } of env) present.add(name)
  if (present.has(SAMPLER) || present.has(SAMPLER_ARGUMENT)) present.add(SAMPLER).add(SAMPLER_ARGUMENT)
  return ({ name }) => !present.has(name)
}

/** The environment with what an SDK has to know, and in whose name it sends. Nothing that is set is changed. */
export const addSdkEnvironment = (
  env: readonly EnvVar[],
  subject: ContainerSubject,
  recipe: Recipe,
  trace: TraceEntry[],
): EnvVar[] => {
  const { decision, container, pod, spec, context } = subject
  const runtime = new Map((decision.runtimeEnv ?? []).map(({ name, value }) => [name, value]))
  const user = userAttributes(env, runtime.get(ATTRIBUTES))
  const identity = { pod, container, spec, namespace: context.namespace.name }
  const service = serviceName(identity)
  const variables = sdkVariables(subject, recipe)
  const attributes = resourceAttributes(identity)
  // OTEL_SERVICE_NAME beats service.name among the attributes, so it is ours only where the user named none there.
  if (user.isOpaque && !user.isClosed) {
    attributes.unshift({ key: 'service.name', parts: [service.value], from: service.from })
  } else if (!user.keys.has('service.name') && !variables.has(SERVICE_NAME)) {
    variables.set(SERVICE_NAME, { name: SERVICE_NAME, value: literal(service.value), from: service.from })
  }
  const isAbsent = absentFrom(env, runtime)
  const added = [...env]
  for (const variable of variables.values()) {
    if (!isAbsent(variable)) continue
    const { name, value, from } = variable
    added.push({ name, value })
    trace.push({ rule: name, answer: value, from, container: container.name })
  }
  return addAttributes(added, attributes, runtime.get(ATTRIBUTES))
}
