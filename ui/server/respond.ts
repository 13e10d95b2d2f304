import { KubeError } from '../../src/kube/http/error.ts'
import type { Log } from '../../src/process/log.ts'
import type { Problem } from '../../src/operations/problem.ts'
import { isProblem, kubeProblem } from '../../src/operations/problem.ts'

const HEADERS = { 'Cache-Control': 'no-store' }

export const problemResponse = ({ status, ...error }: Problem): Response =>
  Response.json({ error }, { status, headers: HEADERS })

/** Any error as a problem; the text of an unexpected error goes to the log only. */
const problemOf = (error: unknown, log: Log): Problem => {
  if (error instanceof KubeError) return kubeProblem(error)
  log.error({ err: error }, 'request failed')
  return {
    status: 500,
    code: 'InternalError',
    message: 'An internal error occurred in the UI.',
    remedy: 'See the log of odigos-ui.',
  }
}

/** Returns the result of `work` as JSON; a Problem, or a thrown error, as an error response. */
export const respond = async (work: () => Promise<object>, log: Log): Promise<Response> => {
  try {
    const result = await work()
    return isProblem(result) ? problemResponse(result) : Response.json(result, { headers: HEADERS })
  } catch (error) {
    return problemResponse(problemOf(error, log))
  }
}
