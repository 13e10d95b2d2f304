import type { EnvVar } from '../api/kubernetes.ts'
import { addAttributes, userAttributes } from './attributes-env.ts'
import { addAbsent, findVariable, literal } from './env.ts'
import type { Recipe } from './recipes/recipe.ts'
import { resourceAttributes, serviceName } from './resource-attributes.ts'
import type { ContainerSubject } from './rules.ts'
import type { Variable } from './sdk-variables.ts'
import { SAMPLER, SAMPLER_ARGUMENT, sdkVariables } from './sdk-variables.ts'
import type { TraceEntry } from './types.ts'

const ATTRIBUTES = 'OTEL_RESOURCE_ATTRIBUTES'
const SERVICE_NAME = 'OTEL_SERVICE_NAME'

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
  const absent = [...variables.values()].filter(isAbsent(env, runtime))
  for (const { name, value, from } of absent) trace.push({ rule: name, answer: value, from, container: container.name })
  const added = addAbsent(
    env,
    absent.map(({ name, value }) => ({ name, value })),
  )
  return addAttributes(added, attributes, runtime.get(ATTRIBUTES))
}

/** The sampler and its argument belong together: where the user set one of them, neither is ours. */
const isAbsent = (env: readonly EnvVar[], runtime: ReadonlyMap<string, string>): ((variable: Variable) => boolean) => {
  const isSet = (name: string): boolean => runtime.has(name) || findVariable(env, name) !== undefined
  const isSampled = isSet(SAMPLER) || isSet(SAMPLER_ARGUMENT)
  return ({ name }) => !isSet(name) && !(isSampled && (name === SAMPLER || name === SAMPLER_ARGUMENT))
}
