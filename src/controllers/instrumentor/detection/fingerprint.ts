/** What of a container decides how its processes look, in short. Pure. */
import type { Print } from '../watch/container-facts.ts'

const withoutEnvironment = ({ image, entry }: Print): string => `${image}#${entry}`

/**
 * What was looked at: the image's digest, the command and the environment, all of the pod, since the template can have
 * changed by the time of the answer. A change of any asks for a new look.
 */
export const fingerprint = (print: Print): string =>
  print.environment ? `${withoutEnvironment(print)}#${print.environment}` : withoutEnvironment(print)

/** Whether a fingerprint is that of the container; environments are compared where both are known to be the user's. */
export const isPrintOf = (known: string, seen: Print): boolean => {
  const common = withoutEnvironment(seen)
  return known === fingerprint(seen) || known === common || (!seen.environment && known.startsWith(`${common}#`))
}
