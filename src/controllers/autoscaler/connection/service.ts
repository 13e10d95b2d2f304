/** `POST /connection-test`: reads the body, and makes one test at a time. */
import { parse } from 'yaml'
import type { ConnectionTestRequest } from '../../../api/reports/connection-test.ts'
import { connectionTestRequest } from '../../../api/reports/connection-test.ts'
import { describeIssues } from '../../../api/types/issues.ts'
import { KubeError } from '../../../kube/http/error.ts'
import type { Service } from '../../../process/health.ts'
import type { ConnectionTests } from './connection-test.ts'
import { ConnectionTestProblem } from './prepare.ts'

const USAGE = 'the body must be a Destination, as JSON or YAML'

const read = (body: string): { request: ConnectionTestRequest } | { error: string } => {
  let given: unknown
  try {
    given = parse(body)
  } catch {
    return { error: USAGE }
  }
  const { data, error } = connectionTestRequest.safeParse(given)
  return data ? { request: data } : { error: `${describeIssues(error)}; ${USAGE}` }
}

export const createConnectionTestService = (tests: Pick<ConnectionTests, 'test'>): Service => {
  let isBusy = false
  return async (_query, body) => {
    const asked = read(body)
    if ('error' in asked) return { status: 400, body: asked }
    if (isBusy)
      return { status: 429, body: { error: 'another connection is being tested; try again within 30 seconds' } }
    isBusy = true
    try {
      return { status: 200, body: await tests.test(asked.request) }
    } catch (error) {
      if (error instanceof ConnectionTestProblem) return { status: 422, body: { error: error.message } }
      // A quota or a policy, for example: the pod has no secret in it that the API server could quote.
      if (error instanceof KubeError) return { status: 422, body: { error: `TestNotRun: ${error.detail}` } }
      throw error
    } finally {
      isBusy = false
    }
  }
}
