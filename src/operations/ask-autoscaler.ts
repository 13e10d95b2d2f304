/** Asks the autoscaler for something that takes up to 30 seconds. */
import { z } from 'zod'
import type { Problem } from './problem.ts'

/** Longer than it takes, and shorter than a browser waits. */
const TIMEOUT_MS = 40_000

const refusal = z.object({ error: z.string() })

const unreachable: Problem = {
  status: 502,
  code: 'AutoscalerUnreachable',
  message: 'The autoscaler, which sends probes, does not answer.',
  remedy: 'Check the Deployment odigos-autoscaler, and whether NetworkPolicies allow the UI to reach its port 8080.',
}

/** The refusal of the autoscaler, which names the remedy, or that it does not know what is asked. */
const problemOf = (status: number, body: unknown, code: string): Problem => {
  const { data } = refusal.safeParse(body)
  return data ? { status, code, message: data.error } : unreachable
}

const jsonOf = (response: Response): Promise<unknown> => response.json().catch(() => undefined)

interface Question<Schema> {
  /** Of the answer. */
  schema: Schema
  /** Code of the problem where it refuses. */
  code: string
  body?: object
}

export const askAutoscaler = async <Schema extends z.ZodType>(
  url: string,
  { schema, code, body }: Question<Schema>,
): Promise<z.infer<Schema> | Problem> => {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}),
  }).catch(() => undefined)
  if (!response) return unreachable
  const answer = await jsonOf(response)
  if (!response.ok) return problemOf(response.status, answer, code)
  return schema.safeParse(answer).data ?? unreachable
}
