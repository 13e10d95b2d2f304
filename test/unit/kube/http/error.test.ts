import assert from 'node:assert/strict'
import { isRefused, isUnavailable, KubeError } from '../../../../src/kube/http/error.ts'

const error = (status: number, message = ''): KubeError => new KubeError(message, { status, reason: 'any' })

const cases: [string, unknown, 'refused' | 'unavailable' | 'neither'][] = [
  ['strict decoding', error(400), 'refused'],
  ['a quota, policy or right', error(403), 'refused'],
  ['a namespace that is not there', error(404), 'refused'],
  ['an owner of fields, or another uid', error(409), 'refused'],
  ['its size', error(413), 'refused'],
  ['its schema', error(422), 'refused'],
  ['a webhook that cannot be called', error(500, 'failed calling webhook "a": refused'), 'refused'],
  ['more than etcd takes', error(500, 'etcdserver: request is too large'), 'refused'],
  ['expired credentials', error(401), 'unavailable'],
  ['throttling', error(429), 'unavailable'],
  ['a failure of the server', error(500, 'etcdserver: leader changed'), 'unavailable'],
  ['a server that is starting', error(503), 'unavailable'],
  ['no connection', error(0), 'unavailable'],
  ['an error of ours', new Error('any'), 'neither'],
]

describe('errors of writes', () => {
  for (const [name, thrown, expected] of cases)
    it(`tells the object from the server: ${name}`, () => {
      const found = isRefused(thrown) ? 'refused' : isUnavailable(thrown) ? 'unavailable' : 'neither'
      assert.equal(found, expected)
    })
})
