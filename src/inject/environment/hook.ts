import type { EnvVar } from '../../api/kubernetes.ts'
import { escapeReferences } from '../../api/kubernetes.ts'
import type { Hook } from '../agents/agent.ts'
import { freeName } from '../pod/free-name.ts'

/** Whether the kubelet leaves the variable out where the object that it refers to is not there. */
export const mayBeMissing = (entry: EnvVar): boolean =>
  Object.values(entry.valueFrom ?? {}).some(
    (source) => typeof source === 'object' && source !== null && (source as { optional?: unknown }).optional === true,
  )

/** A free name for a variable whose value moves out of the way. */
export const originalName = (env: readonly EnvVar[], name: string): string =>
  freeName(`ORIGINAL_${name}`, new Set(env.map((entry) => entry.name)), () => false, '_')

export const lastIndexOf = (env: readonly EnvVar[], name: string): number => {
  for (let index = env.length - 1; index >= 0; index -= 1) if (env[index]?.name === name) return index
  return -1
}

/** What the container itself says about a variable; the last entry wins. */
export const findVariable = (env: readonly EnvVar[], name: string): EnvVar | undefined => env[lastIndexOf(env, name)]

/**
 * Why nothing can be added to the hook's variable, or where the part of it that is not ours comes from. `runtimeValue` is
 * what the image and envFrom gave when the container was inspected, '' where that was left out as a possible secret.
 * A reference that may be missing stays as literal text, which JVMs refuse and Node.js drops together with what follows.
 */
export const inspectHook = (
  env: readonly EnvVar[],
  { name }: Pick<Hook, 'name'>,
  runtimeValue: string | undefined,
): { conflict: string } | { from: string } => {
  const entry = findVariable(env, name)
  if (!entry && runtimeValue === '') {
    return { conflict: `${name} may come from a Secret in envFrom, so its value is not known: set it in env` }
  }
  if (!entry) return { from: runtimeValue ? 'the image or envFrom, as the detector saw it' : 'nothing was set' }
  if (!entry.valueFrom) return { from: `the container's ${name}` }
  return mayBeMissing(entry)
    ? { conflict: `${name} comes from an optional reference, so nothing can be added to its value` }
    : { from: `the container's ${name}, a reference` }
}

/**
 * A value that only the kubelet knows: it moves to another name, at its place, and the variable refers to it right
 * after it, before anything that may refer to the variable.
 */
const addToReference = (env: readonly EnvVar[], index: number, hook: Hook): EnvVar[] => {
  const original = originalName(env, hook.name)
  const value = hook.addTo(`$(${original})`)
  const moved = { ...(env[index] as EnvVar), name: original }
  return [...env.slice(0, index), moved, { name: hook.name, value }, ...env.slice(index + 1)]
}

/**
 * The environment with the hook's variable, where `inspectHook` sees no conflict. The rules of Kubernetes that matter:
 * `$(NAME)` sees only what stands before it, of two entries with one name the last wins, and a pod's entry hides the
 * value of the image and of envFrom.
 */
export const addHook = (env: readonly EnvVar[], hook: Hook, runtimeValue: string | undefined): EnvVar[] => {
  const index = lastIndexOf(env, hook.name)
  const entry = env[index]
  if (!entry) return [...env, { name: hook.name, value: hook.addTo(escapeReferences(runtimeValue ?? '')) }]
  if (entry.valueFrom) return addToReference(env, index, hook)
  const value = hook.addTo(entry.value ?? '')
  return env.with(index, value === entry.value ? entry : { ...entry, value })
}
