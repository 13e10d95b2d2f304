import assert from 'node:assert/strict'
import { restartSchema } from '../../../src/operations/instrument.ts'
import { isProblem } from '../../../src/operations/problem.ts'
import { readBody } from '../../../ui/server/read-body.ts'

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
