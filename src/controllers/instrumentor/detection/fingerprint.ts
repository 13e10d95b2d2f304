/** A short form of what determines the processes of a container. Pure. */
import type { Print } from '../watch/container-facts.ts'

const withoutEnvironment = ({ image, entry }: Print): string => `${image}#${entry}`

/**
 * Identifies what was inspected: the digest of the image, the command and the environment, all of the pod, since the
 * template can have changed by the time of the report. A change of any requires a new inspection.
 */
export const fingerprint = (print: Print): string =>
  print.environment ? `${withoutEnvironment(print)}#${print.environment}` : withoutEnvironment(print)

/** Whether a fingerprint is that of the container; environments are compared where both are known to be the user's. */
export const isPrintOf = (known: string, seen: Print): boolean => {
  const common = withoutEnvironment(seen)
  return known === fingerprint(seen) || known === common || (!seen.environment && known.startsWith(`${common}#`))
}
