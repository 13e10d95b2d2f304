import assert from 'node:assert/strict'
import { KubeError } from '../../../src/kube/http/error.ts'
import { answer, isProblem, readBody } from '../../../ui/server/handle.ts'
import { restartSchema } from '../../../ui/server/instrument.ts'
import { kubeProblem } from '../../../ui/server/problem.ts'

const post = (body: string, type = 'application/json'): Request =>
  new Request('http://localhost/api', { method: 'POST', body, headers: { 'content-type': type } })

const restart = (kind: string, name = 'cart') => JSON.stringify({ target: { kind, namespace: 'shop', name } })

describe('a body that a browser sent', () => {
  const codeOf = async (request: Request): Promise<unknown> => {
    const result = await readBody(request, restartSchema)
    return isProblem(result) ? result.code : undefined
  }
  const large = `{"a":"${'x'.repeat(300 * 1024)}"}`
  const cases: [name: string, request: () => Request, code: string | undefined][] = [
    ['what fits the schema', () => post(restart('Deployment')), undefined],
    [
      'another type, which a form of any website can send',
      () => post(restart('Deployment'), 'text/plain'),
      'UnsupportedMediaType',
    ],
    ['no JSON', () => post('{'), 'InvalidInput'],
    ['nothing', () => post(''), 'InvalidInput'],
    ['what is too large', () => post(large), 'TooLarge'],
    ['a name that would lead elsewhere', () => post(restart('Deployment', '..')), 'InvalidInput'],
  ]
  for (const [name, request, code] of cases) {
    it(`${code ? 'refuses' : 'takes'} ${name}`, async () => assert.equal(await codeOf(request()), code))
  }
  it('is told at the field what is wrong, and in the remedy, for what has no fields', async () => {
    const result = await readBody(post(restart('CronJob')), restartSchema)
    assert.ok(isProblem(result))
    assert.match(result.fields?.['target.kind'] ?? '', /next run/)
    assert.match(result.remedy ?? '', /target\.kind: .*next run/)
  })
})

describe('an answer to a browser', () => {
  const bodyOf = async (response: Response) => ({ status: response.status, body: (await response.json()) as object })

  it('is the result, and not kept by anybody', async () => {
    const response = await answer(() => Promise.resolve({ name: 'bus' }))
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.deepEqual(await bodyOf(response), { status: 200, body: { name: 'bus' } })
  })
  it('has code, message, remedy and fields of a problem, and its status', async () => {
    const error = { code: 'Conflict', message: 'taken', remedy: 'another', fields: { displayName: 'taken' } }
    const response = await answer(() => Promise.resolve({ status: 409, ...error }))
    assert.deepEqual(await bodyOf(response), { status: 409, body: { error } })
  })
  it('repeats nothing of an error that nobody expected', async () => {
    const write = process.stderr.write.bind(process.stderr)
    const logged: string[] = []
    process.stderr.write = (text: string | Uint8Array) => logged.push(String(text)) > 0
    try {
      const { status, body } = await bodyOf(await answer(() => Promise.reject(new Error('planted'))))
      assert.equal(status, 500)
      assert.doesNotMatch(JSON.stringify(body), /planted/)
      assert.match(logged.join(''), /planted/)
    } finally {
      process.stderr.write = write
    }
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
      const problem = kubeProblem(new KubeError('PATCH /apis/x 403 not allowed', { status, reason }))
      assert.deepEqual([problem.status, problem.code], expected)
      assert.ok(problem.remedy)
      assert.doesNotMatch(problem.message, /PATCH/)
    })
  }
})
