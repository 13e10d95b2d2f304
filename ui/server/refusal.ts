/**
 * Which requests this server accepts. It has no login: it serves `kubectl port-forward`, so only pages that it served
 * itself, under a name of the user's own machine, may call it. That stops DNS rebinding (a foreign Host) and
 * cross-site requests (a foreign Origin).
 */
const OWN_HOSTS = ['localhost', '127.0.0.1', '[::1]']

export const REFUSALS = {
  ForeignHost: 'The host name of the request is not allowed.',
  ForeignOrigin: 'The request comes from another website.',
} as const
export type Refusal = keyof typeof REFUSALS

type Header = (name: string) => string | null

/** The host name of a `Host` header without its port, in lower case; undefined for anything that is not one. */
const hostName = (host: string | null): string | undefined =>
  /^(?<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.exec(host ?? '')?.groups?.['name']?.toLowerCase()

const isForeignOrigin = (origin: string | null, host: string): boolean =>
  origin !== null && origin.toLowerCase() !== `http://${host}` && origin.toLowerCase() !== `https://${host}`

/** Another port of the same machine is `same-site`: it may link to this server, but not call it. */
const isForeignFetch = (header: Header): boolean => {
  const site = header('sec-fetch-site')
  if (site === null || site === 'same-origin' || site === 'none') return false
  return site !== 'same-site' || header('sec-fetch-mode') !== 'navigate'
}

/** Why a request is refused, or undefined. `extraHosts` are names besides the machine's own. */
export const refusalOf = (header: Header, extraHosts: readonly string[] = []): Refusal | undefined => {
  const host = header('host')
  const name = hostName(host)
  if (host === null || name === undefined || ![...OWN_HOSTS, ...extraHosts].includes(name)) return 'ForeignHost'
  if (isForeignOrigin(header('origin'), host.toLowerCase()) || isForeignFetch(header)) return 'ForeignOrigin'
  return undefined
}
