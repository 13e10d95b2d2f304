/** The parts of an image reference, as container runtimes complete it. */
export interface ImageReference {
  /** Registry and path, for example docker.io/library/node. */
  repository: string
  tag?: string
  digest?: string
}

/** The first part is a registry only if it looks like a host. */
const completed = (name: string): string => {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const isHost = first === 'localhost' || first.includes('.') || first.includes(':')
  const registry = !isHost || first === 'index.docker.io' ? 'docker.io' : first
  const path = isHost ? name.slice(slash + 1) : name
  return registry === 'docker.io' && !path.includes('/') ? `docker.io/library/${path}` : `${registry}/${path}`
}

/** Parses a reference. Without regular expressions, which hostile input could drive to quadratic time. */
export const parseImage = (reference: string): ImageReference => {
  const at = reference.indexOf('@')
  const digest = at < 0 ? '' : reference.slice(at + 1)
  const named = at < 0 ? reference : reference.slice(0, at)
  // A colon before the last slash belongs to a registry's port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  const tag = colon < 0 ? '' : named.slice(colon + 1)
  return {
    repository: completed(colon < 0 ? named : named.slice(0, colon)),
    ...(tag ? { tag } : {}),
    ...(digest ? { digest } : {}),
  }
}

/** Whether two references name the same image in the same registry; tag and digest are ignored. */
export const isSameImage = (a: string | null | undefined, b: string): boolean =>
  typeof a === 'string' && parseImage(a).repository === parseImage(b).repository
