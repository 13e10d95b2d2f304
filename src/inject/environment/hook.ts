import type { EnvVar } from '../../api/kubernetes.ts'
import { freeName } from '../pod/free-name.ts'

/** A variable that an agent shares with the user, who may have set it too. */
export interface Hook {
  name: string
  /** The value with the agent in it; the same value where it is in it already. */
  addTo: (value: string) => string
}

export interface Merged {
  env: EnvVar[]
  /** Where the part that is not ours came from. */
  from: string
}

export interface Conflict {
  conflict: string
}

export const isConflict = (result: object): result is Conflict => 'conflict' in result

/** Whether the kubelet leaves the variable out where the object that it refers to is not there. */
export const mayBeMissing = (entry: EnvVar): boolean =>
  Object.values(entry.valueFrom ?? {}).some(
    (source) => typeof source === 'object' && source !== null && (source as { optional?: unknown }).optional === true,
  )

/** A free name for a variable whose value moves out of the way. */
export const originalName = (env: readonly EnvVar[], name: string): string =>
  freeName(`ORIGINAL_${name}`, new Set(env.map((entry) => entry.name)), () => false, '_')

/**
 * A value that only the kubelet knows: it moves to another name, at its place, and the variable refers to it right
 * after it, before anything that may refer to the variable. A reference that may be missing stays as literal text,
 * which JVMs refuse and Node.js drops together with what follows, so that is refused.
 */
const addToReference = (env: readonly EnvVar[], index: number, hook: Hook): Merged | Conflict => {
  const entry = env[index] as EnvVar
  if (mayBeMissing(entry)) {
    return { conflict: `${hook.name} comes from an optional reference, so nothing can be added to its value` }
  }
  const original = originalName(env, hook.name)
  const value = hook.addTo(`$(${original})`)
  return {
    env: [...env.slice(0, index), { ...entry, name: original }, { name: hook.name, value }, ...env.slice(index + 1)],
    from: `the container's ${hook.name}, a reference`,
  }
}

export const lastIndexOf = (env: readonly EnvVar[], name: string): number => {
  for (let index = env.length - 1; index >= 0; index -= 1) if (env[index]?.name === name) return index
  return -1
}

/** A value as an entry of a pod, where `$$` stands for `$` and `$(NAME)` for a variable. */
export const literal = (value: string): string => value.replaceAll('$', '$$$$')

/**
 * The environment with the hook's variable. The rules of Kubernetes that matter: `$(NAME)` sees only what stands before
 * it, of two entries with one name the last wins, and a pod's entry hides the value of the image and of envFrom.
 * `runtimeValue` is what those gave when the container was looked at, '' where that was left out as a possible secret.
 */
export const addHook = (env: readonly EnvVar[], hook: Hook, runtimeValue: string | undefined): Merged | Conflict => {
  const index = lastIndexOf(env, hook.name)
  const entry = env[index]
  if (!entry) {
    if (runtimeValue === '') {
      return { conflict: `${hook.name} may come from a Secret in envFrom, so its value is not known: set it in env` }
    }
    const value = hook.addTo(literal(runtimeValue ?? ''))
    return {
      env: [...env, { name: hook.name, value }],
      from: runtimeValue ? 'the image or envFrom, as the detector saw it' : 'nothing was set',
    }
  }
  if (entry.valueFrom) return addToReference(env, index, hook)
  const value = hook.addTo(entry.value ?? '')
  const changed = value === entry.value ? entry : { ...entry, value }
  return { env: env.with(index, changed), from: `the container's ${hook.name}` }
}

/** What the container itself says about a variable; the last entry wins. */
export const findVariable = (env: readonly EnvVar[], name: string): EnvVar | undefined => env[lastIndexOf(env, name)]
