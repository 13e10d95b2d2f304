import type { EnvVar } from '../../api/kubernetes.ts'
import { escapeReferences } from '../../api/kubernetes.ts'
import type { Hook } from '../agents/agent.ts'
import { freeName } from '../pod/free-name.ts'

/** Whether the kubelet omits the variable if the referenced object does not exist. */
export const mayBeMissing = (entry: EnvVar): boolean =>
  Object.values(entry.valueFrom ?? {}).some(
    (source) => typeof source === 'object' && source !== null && (source as { optional?: unknown }).optional === true,
  )

/** An unused name for a variable whose value is moved. */
export const originalName = (env: readonly EnvVar[], name: string): string =>
  freeName(`ORIGINAL_${name}`, new Set(env.map((entry) => entry.name)), () => false, '_')

export const lastIndexOf = (env: readonly EnvVar[], name: string): number => {
  for (let index = env.length - 1; index >= 0; index -= 1) if (env[index]?.name === name) return index
  return -1
}

/** The container's own entry for a variable; the last one wins. */
export const findVariable = (env: readonly EnvVar[], name: string): EnvVar | undefined => env[lastIndexOf(env, name)]

/**
 * Why the agent cannot be added to the hook's variable, or where the user's part of its value comes from. `runtimeValue`
 * is the value from the image and envFrom when the container was inspected, '' if omitted as a possible secret. A
 * missing reference stays as literal text, which JVMs refuse and Node.js drops together with what follows.
 */
export const inspectHook = (
  env: readonly EnvVar[],
  { name }: Pick<Hook, 'name'>,
  runtimeValue: string | undefined,
): { conflict: string } | { from: string } => {
  const entry = findVariable(env, name)
  if (!entry && runtimeValue === '') {
    return { conflict: `${name} may come from a Secret in envFrom, so its value is unknown: set it in env` }
  }
  if (!entry) return { from: runtimeValue ? 'the image or envFrom, as detected' : 'not set' }
  if (!entry.valueFrom) return { from: `the container's ${name}` }
  return mayBeMissing(entry)
    ? { conflict: `${name} comes from an optional reference, so nothing can be added to its value` }
    : { from: `the container's ${name}, a reference` }
}

/**
 * Adds to a value that only the kubelet knows: it is renamed in place, and the variable refers to it in the next entry,
 * before any entry that may refer to the variable.
 */
const addToReference = (env: readonly EnvVar[], index: number, hook: Hook): EnvVar[] => {
  const original = originalName(env, hook.name)
  const value = hook.addTo(`$(${original})`)
  const moved = { ...(env[index] as EnvVar), name: original }
  return [...env.slice(0, index), moved, { name: hook.name, value }, ...env.slice(index + 1)]
}

/**
 * The environment with the agent in the hook's variable; requires that `inspectHook` found no conflict. The relevant
 * rules of Kubernetes: `$(NAME)` resolves only earlier entries, the last of two entries with the same name wins, and an
 * entry in the pod overrides the value from the image or envFrom.
 */
export const addHook = (env: readonly EnvVar[], hook: Hook, runtimeValue: string | undefined): EnvVar[] => {
  const index = lastIndexOf(env, hook.name)
  const entry = env[index]
  if (!entry) return [...env, { name: hook.name, value: hook.addTo(escapeReferences(runtimeValue ?? '')) }]
  if (entry.valueFrom) return addToReference(env, index, hook)
  const value = hook.addTo(entry.value ?? '')
  return env.with(index, value === entry.value ? entry : { ...entry, value })
}
