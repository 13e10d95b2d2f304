/** Address of the API server and credentials for it: a pod's service account, or a kubeconfig through client-node. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import type { RequestOptions } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import { kubernetesEnvironment } from '../../process/config.ts'

export interface Access {
  /** URL of the API server, without a slash at the end. */
  server: string
  headers: Record<string, string>
  tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>
  proxyUrl?: string | undefined
}

/** Called before each request, so that renewed tokens and certificates are used. */
export type Credentials = () => Promise<Access>

const ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount'
/** client-go reads the token again every minute; tokens live an hour and are renewed after 80 % of it. */
const TOKEN_AGE_MS = 60_000

/** The service account of the process's own pod. Its files are read again every minute. */
export const serviceAccountCredentials = (address: { host: string; port: string }, dir = ACCOUNT_DIR): Credentials => {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  let access: Access | undefined
  let readAt = 0
  return () => {
    if (access === undefined || Date.now() - readAt > TOKEN_AGE_MS) {
      const token = readFileSync(join(dir, 'token'), 'utf8').trim()
      const ca = readFileSync(join(dir, 'ca.crt'), 'utf8')
      access = { server: `https://${host}:${address.port}`, headers: { authorization: `Bearer ${token}` }, tls: { ca } }
      readAt = Date.now()
    }
    return Promise.resolve(access)
  }
}

/** The current context of a kubeconfig, with certificates, tokens, exec plugins, OIDC and proxies. */
export const kubeConfigCredentials =
  (config: KubeConfig): Credentials =>
  async () => {
    const cluster = config.getCurrentCluster()
    if (!cluster) throw new Error(`kubeconfig: the context '${config.getCurrentContext()}' refers to no cluster`)
    const options: RequestOptions = {}
    await config.applyToHTTPSOptions(options)
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value)
    if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`
    const { ca, cert, key, servername, rejectUnauthorized } = options
    return {
      server: cluster.server.replace(/\/+$/, ''),
      headers,
      tls: {
        ...(ca ? { ca } : {}),
        ...(cert ? { cert } : {}),
        ...(key ? { key } : {}),
        ...(servername ? { servername } : {}),
        ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      },
      proxyUrl: cluster.proxyUrl,
    }
  }

/**
 * A kubeconfig found by kubectl's rules: `path`, else $KUBECONFIG, else ~/.kube/config. `context` overrides its current
 * context. Throws if the file cannot be read or lacks the context.
 */
export const loadKubeConfig = async (options: { path?: string; context?: string } = {}): Promise<KubeConfig> => {
  // Imported only here: the package takes 40 MB of memory, and a pod with a service account does not need it.
  const { KubeConfig: Config } = await import('@kubernetes/client-node')
  const config = new Config()
  if (options.path) config.loadFromFile(options.path)
  else config.loadFromDefault()
  if (options.context) {
    if (!config.getContextObject(options.context))
      throw new Error(`kubeconfig: context '${options.context}' does not exist`)
    config.setCurrentContext(options.context)
  }
  return config
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/** A kubeconfig if one exists, or else the service account of the pod. */
export const defaultCredentials = (): Credentials => {
  const { kubeconfig, home, host, port } = kubernetesEnvironment()
  const hasKubeConfig = kubeconfig !== undefined || (home !== undefined && isFile(join(home, '.kube', 'config')))
  if (!hasKubeConfig && host !== undefined) return serviceAccountCredentials({ host, port })
  let loaded: Promise<Credentials> | undefined
  return async () => {
    loaded ??= loadKubeConfig().then(kubeConfigCredentials)
    return (await loaded)()
  }
}
