/** Which variables of a process came from the image or from envFrom. Pure. */
import { byImportance } from '../../../api/types/sdk-variables.ts'
import type { ContainerDetection } from '../../../api/detector-protocol.ts'
import type { KnownContainer } from '../../../api/kinds/instrumentation-config.ts'
import { CONTAINER_BOUNDS } from '../../../api/types/container.ts'
import { isAppended } from '../watch/container-facts.ts'

interface Seen {
  /** See `ownVariables`. */
  variables: readonly string[]
  /** See `readsSecret`. */
  readsSecret: boolean
  /** Whether the pod was given an agent, so that a variable of its own may be ours. */
  isInjected: boolean
}

/** Whether what is remembered is based on a detection; the status may have lost its fingerprint. */
const isInspected = (remembered: KnownContainer | undefined): boolean =>
  remembered?.fingerprint !== undefined ||
  remembered?.runtimeEnv !== undefined ||
  remembered?.reason === 'AgentSelected'

/**
 * The detection without the variables that the container itself sets. Where the pod was given an agent, these were
 * merged with ours and no longer show the values of the image: then what is remembered holds. Values that an agent appends to
 * and that may be from a Secret are left out: they must not be written where others can read them.
 */
export const withoutOwnVariables = (
  detection: ContainerDetection,
  { variables, readsSecret: mayBeSecret, isInjected }: Seen,
  remembered: KnownContainer | undefined,
): ContainerDetection => {
  if (!detection.runtimeEnv) return detection
  const isOwn = ({ name }: { name: string }): boolean => variables.includes(name)
  // Where nothing was inspected before, the values that agents append to are still those of the process, less ours.
  const before = isInspected(remembered)
    ? (remembered?.runtimeEnv ?? [])
    : detection.runtimeEnv.filter(({ name }) => isAppended(name))
  const kept = isInjected ? before.filter(isOwn) : []
  const runtimeEnv = [...kept, ...detection.runtimeEnv.filter((variable) => !isOwn(variable))]
  const withheld = new Map(runtimeEnv.map(({ name, value }) => [name, mayBeSecret && isAppended(name) ? '' : value]))
  const names = [...withheld.keys()]
  const ranked = [...names.filter(isAppended), ...byImportance(names.filter((name) => !isAppended(name)))]
  const room = ranked.slice(0, CONTAINER_BOUNDS.runtimeEnv)
  return { ...detection, runtimeEnv: room.map((name) => ({ name, value: withheld.get(name) ?? '' })) }
}

/** Whether the variable is known, but its value was omitted. */
export const isWithheld = ({ runtimeEnv }: Pick<ContainerDetection, 'runtimeEnv'>, variable: string): boolean =>
  (runtimeEnv ?? []).some(({ name, value }) => name === variable && value === '')
