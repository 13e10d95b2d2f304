/** Asks the autoscaler for something that takes up to 30 seconds. */
import { z } from 'zod'
import { AUTOSCALER_NAME, REPORTS_PORT, reportsProxyPath } from '../api/names.ts'
import { KubeError } from '../kube/http/error.ts'
import type { KubeClient } from '../kube/types.ts'
import type { Problem } from './problem.ts'

/** Longer than it takes, and shorter than a browser waits. */
const TIMEOUT_MS = 40_000

const refusal = z.object({ error: z.string() })

const unreachable: Problem = {
  status: 502,
  code: 'AutoscalerUnreachable',
  message: 'The autoscaler, which sends probes, does not answer.',
  remedy: 'Check the Deployment odigos-autoscaler, and whether NetworkPolicies allow access to its port 8080.',
}

interface Answered {
  status: number
  body: unknown
}

/** Posts to a path of the autoscaler; undefined where it does not answer. */
export type Transport = (path: string, body?: object) => Promise<Answered | undefined>

const jsonOf = (response: Response): Promise<unknown> => response.json().catch(() => undefined)

/** `service` is the base URL of the autoscaler's Service. */
export const overNetwork =
  (service: string): Transport =>
  async (path, body) => {
    const response = await fetch(`${service}${path}`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}),
    }).catch(() => undefined)
    return response && { status: response.status, body: await jsonOf(response) }
  }

/** From within the cluster; `namespace` is that of Odigos. */
export const withinCluster = (namespace: string): Transport =>
  overNetwork(`http://${AUTOSCALER_NAME}.${namespace}.svc:${REPORTS_PORT}`)

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** From outside of the cluster, with the permission to use the proxy of Services (`create services/proxy`). */
export const throughApiServer =
  (client: KubeClient, namespace: string, signal?: AbortSignal): Transport =>
  async (path, body) => {
    const proxy = reportsProxyPath(AUTOSCALER_NAME, namespace)
    try {
      return { status: 200, body: await client.request('POST', `${proxy}${path}`, body, signal) }
    } catch (error) {
      if (!(error instanceof KubeError)) throw error
      // What the autoscaler refuses has a body of its own; anything else is of the API server.
      const answer = parsed(error.detail)
      if (refusal.safeParse(answer).success) return { status: error.status, body: answer }
      if (error.status === 503) return undefined
      throw error
    }
  }

/** The refusal of the autoscaler, which names the remedy, or that it does not know what is asked. */
const problemOf = ({ status, body }: Answered, code: string): Problem => {
  const { data } = refusal.safeParse(body)
  return data ? { status, code, message: data.error } : unreachable
}

interface Question<Schema> {
  /** Of the answer. */
  schema: Schema
  /** Code of the problem where it refuses. */
  code: string
  body?: object
}

export const askAutoscaler = async <Schema extends z.ZodType>(
  transport: Transport,
  path: string,
  { schema, code, body }: Question<Schema>,
): Promise<z.infer<Schema> | Problem> => {
  const answered = await transport(path, body)
  if (!answered) return unreachable
  if (answered.status >= 300) return problemOf(answered, code)
  return schema.safeParse(answered.body).data ?? unreachable
}
