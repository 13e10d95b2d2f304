import { KubeError } from '../../src/kube/http/error.ts'
import type { Log } from '../../src/process/log.ts'
import type { Problem } from './problem.ts'
import { isProblem, kubeProblem } from './problem.ts'

const HEADERS = { 'Cache-Control': 'no-store' }

export const problemResponse = ({ status, ...error }: Problem): Response =>
  Response.json({ error }, { status, headers: HEADERS })

/** Any error as a problem; what is not expected keeps its text in the log of the server. */
const problemOf = (error: unknown, log: Log): Problem => {
  if (error instanceof KubeError) return kubeProblem(error)
  log.error({ err: error }, 'request failed')
  return {
    status: 500,
    code: 'InternalError',
    message: 'Something failed in the UI.',
    remedy: 'See the log of odigos-ui.',
  }
}

/** The result of `work` as JSON; a Problem, or what it threw, as an error. */
export const respond = async (work: () => Promise<object>, log: Log): Promise<Response> => {
  try {
    const result = await work()
    return isProblem(result) ? problemResponse(result) : Response.json(result, { headers: HEADERS })
  } catch (error) {
    return problemResponse(problemOf(error, log))
  }
}
