import assert from 'node:assert/strict'
import { KubeError } from '../../../src/kube/http/error.ts'
import type { Log } from '../../../src/process/log.ts'
import { createLog } from '../../../src/process/log.ts'
import { respond } from '../../../ui/server/respond.ts'
import { kubeProblem } from '../../../src/operations/problem.ts'

const silent = createLog('test', 'silent')

const problemWithoutStatus = (error: KubeError): object => {
  const { status: _status, ...rest } = kubeProblem(error)
  return rest
}

describe('a response to a browser', () => {
  const bodyOf = async (response: Response) => ({ status: response.status, body: (await response.json()) as object })

  it('is the result, and not kept by anybody', async () => {
    const response = await respond(() => Promise.resolve({ name: 'bus' }), silent)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.deepEqual(await bodyOf(response), { status: 200, body: { name: 'bus' } })
  })
  it('has code, message, remedy and fields of a problem, and its status', async () => {
    const error = { code: 'Conflict', message: 'taken', remedy: 'another', fields: { displayName: 'taken' } }
    const response = await respond(() => Promise.resolve({ status: 409, ...error }), silent)
    assert.deepEqual(await bodyOf(response), { status: 409, body: { error } })
  })
  it('has the reason of the API server, which refused', async () => {
    const failure = { status: 403, reason: 'Forbidden', detail: 'not allowed' }
    const refusal = new KubeError('PATCH /apis/x: 403 not allowed', failure)
    const response = await respond(() => Promise.reject(refusal), silent)
    const error = { ...problemWithoutStatus(refusal), message: 'not allowed' }
    assert.deepEqual(await bodyOf(response), { status: 403, body: { error } })
  })
  it('repeats nothing of an error that nobody expected, which is in the log', async () => {
    const logged: unknown[] = []
    const log = { error: (fields: object) => logged.push(fields) } as unknown as Log
    const failure = new Error('planted')
    const { status, body } = await bodyOf(await respond(() => Promise.reject(failure), log))
    assert.equal(status, 500)
    assert.doesNotMatch(JSON.stringify(body), /planted/)
    assert.deepEqual(logged, [{ err: failure }])
  })
})

describe('a failure of the API server', () => {
  const cases: [status: number, reason: string, expected: [status: number, code: string]][] = [
    [403, 'Forbidden', [403, 'Forbidden']],
    [409, 'AlreadyExists', [409, 'Conflict']],
    [422, 'Invalid', [422, 'Invalid']],
    [0, 'Timeout', [502, 'ApiServer']],
    [500, 'InternalError', [502, 'ApiServer']],
  ]
  for (const [status, reason, expected] of cases) {
    it(`${status} ${reason} becomes ${expected.join(' ')}, with what helps`, () => {
      const problem = kubeProblem(
        new KubeError('PATCH /apis/x: 403 not allowed', { status, reason, detail: 'not allowed' }),
      )
      assert.deepEqual([problem.status, problem.code], expected)
      assert.ok(problem.remedy)
      assert.doesNotMatch(problem.message, /PATCH/)
    })
  }
})
