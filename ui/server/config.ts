/** Settings of the server, from the environment; the only file of the UI that reads it. */
import { SYSTEM_NAMESPACE } from '../../src/api/names.ts'

const list = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')

export const serverConfig = {
  /** Host names besides localhost under which the UI is reached, for example behind an authenticating proxy. */
  allowedHosts: list(process.env['ALLOWED_HOSTS']),
  /** Namespace of Odigos itself, where Destinations and their Secrets are. */
  namespace: process.env['NAMESPACE'] || SYSTEM_NAMESPACE,
  development: process.env['NODE_ENV'] === 'development',
}
