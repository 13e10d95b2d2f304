import type { EnvVar } from '../../api/kubernetes.ts'
import { SDK_PREFIX } from '../../api/names.ts'
import type { ContainerSubject } from '../rule.ts'

/** A variable of OpenTelemetry that the user has set. */
export interface UserVariable {
  name: string
  /** Unknown if it is a reference, or was not reported because it may be secret. */
  value: string | undefined
  from: string
}

export type UserVariables = ReadonlyMap<string, UserVariable>

const isOfSdk = ({ name }: { name: string }): boolean => name.startsWith(SDK_PREFIX)

const ofContainer = ({ name, value, valueFrom }: EnvVar): UserVariable => ({
  name,
  value: valueFrom || value?.includes('$(') ? undefined : (value ?? '').trim(),
  from: `${name} of the container`,
})

type Subject = Pick<ContainerSubject, 'container' | 'decision'>

/** Several rules ask for the variables of the same container. */
const known = new WeakMap<Subject['container'], { decision: Subject['decision']; variables: UserVariables }>()

const read = ({ container, decision }: Subject): UserVariables => {
  const found = (decision.runtimeEnv ?? []).filter(isOfSdk).map(({ name, value }) => ({
    name,
    value: value.trim() || undefined,
    from: `${name} of the image or envFrom, as detected`,
  }))
  const all = [...found, ...(container.env ?? []).filter(isOfSdk).map(ofContainer)]
  const last = new Map(all.map((variable) => [variable.name, variable]))
  return new Map([...last].filter(([, { value }]) => value !== ''))
}

/**
 * The user's OTEL_* variables by name: those of the image and envFrom, as detected, and those of the container, which take
 * precedence. An empty one counts as absent, as for SDKs.
 */
export const userVariables = ({ container, decision }: Subject): UserVariables => {
  const before = known.get(container)
  if (before?.decision === decision) return before.variables
  const variables = read({ container, decision })
  known.set(container, { decision, variables })
  return variables
}
