/** What of a container decides how its processes look, in short. Pure. */
import { createHash } from 'node:crypto'
import type { Container } from '../../../api/kubernetes.ts'

/** A short hash: what it is of can be long, and is only ever compared. */
const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8)

/** Command and arguments. */
export const entryOf = ({ command, args }: Pick<Container, 'command' | 'args'>): string =>
  hashOf([command ?? [], args ?? []])

/** The environment, as far as the pod names it. */
export const environmentOf = ({ env, envFrom }: Pick<Container, 'env' | 'envFrom'>): string =>
  hashOf([env ?? [], envFrom ?? []])

export interface Print {
  /** Digest of the image. */
  image: string
  /** See `entryOf`. */
  entry: string
  /** See `environmentOf`; '' in a pod with an agent, whose environment is not the user's alone. */
  environment: string
}

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
