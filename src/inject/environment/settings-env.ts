/** Adds an agent's settings under names of ours, which its boot file applies in the processes that it instruments. */
import type { EnvVar } from '../../api/kubernetes.ts'
import { escapeReferences } from '../../api/kubernetes.ts'
import { SDK_PREFIX, SDK_VARIABLES, SETTING_PREFIX } from '../../api/names.ts'
import type { AgentSubject } from '../agents/agent.ts'
import { addAttributes } from './attributes-env.ts'
import { completeExporter } from './exporter-settings.ts'
import { resourceAttributes, serviceName } from './resource-attributes.ts'
import { sdkVariables } from './sdk-variables.ts'
import type { TraceEntry } from '../types.ts'

/** Our name for a variable of OpenTelemetry. Other names are ours already. */
export const settingName = (name: string): string => (name.startsWith(SDK_PREFIX) ? `${SETTING_PREFIX}${name}` : name)

const { serviceName: SERVICE_NAME, resourceAttributes: ATTRIBUTES, sampler, samplerArgument } = SDK_VARIABLES
const SAMPLER: readonly string[] = [sampler, samplerArgument]

/**
 * Whether the user has set a part of the sampler, whose other part ours must not become. All other variables of the user's
 * override ours where they are read.
 */
const hasSampler = (env: readonly EnvVar[], { runtimeEnv = [] }: AgentSubject['decision']): boolean =>
  [...env, ...runtimeEnv].some(({ name }) => SAMPLER.includes(name))

/** The environment with the agent's settings. No variable of OpenTelemetry is set or changed. */
export const addSettings = (env: readonly EnvVar[], subject: AgentSubject, trace: TraceEntry[]): EnvVar[] => {
  const { decision, container, pod, spec, context } = subject
  const identity = { pod, container, spec, namespace: context.namespace.name }
  const service = serviceName(identity)
  const ofService = { name: SERVICE_NAME, value: escapeReferences(service.value), from: service.from }
  const completion = completeExporter(subject)
  const completing = 'added' in completion ? completion.added : []
  const variables = new Map([[SERVICE_NAME, ofService], ...sdkVariables(subject)])
  for (const variable of completing) variables.set(variable.name, variable)
  if (hasSampler(env, decision)) for (const name of SAMPLER) variables.delete(name)
  const present = new Set(env.map(({ name }) => name))
  const added = [...env]
  for (const variable of variables.values()) {
    const name = settingName(variable.name)
    if (present.has(name)) continue
    added.push({ name, value: variable.value })
    trace.push({ rule: name, finding: variable.value, from: variable.from, container: container.name })
  }
  return addAttributes(added, resourceAttributes(identity), { name: settingName(ATTRIBUTES), runtimeValue: undefined })
}
