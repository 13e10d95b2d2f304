/** What is told of the words of collectors where TLS ends before a backend has answered: what Go sees first is a race. */
import assert from 'node:assert/strict'
import { explain } from '../../../../../src/controllers/autoscaler/delivery/explain.ts'

const said = (words: string, hasCertificate = false): string =>
  explain({ cause: 'Other', words }, { isPermanent: false, hasCertificate }).says

describe('the words of TLS', () => {
  for (const words of [
    'read: connection reset by peer',
    'write: broken pipe',
    'use of closed network connection',
    'tls: use of closed connection',
    'transport connection broken: write tcp 127.0.0.1:1->127.0.0.1:2',
  ])
    it(`${words} may be a client certificate`, () => {
      assert.match(said(words), /ends the connection without a word/)
      assert.match(said(words, true), /ends the connection without a word/)
    })

  it('of an alert say more', () => {
    assert.match(said('remote error: tls: certificate required'), /requires a client certificate/)
    assert.match(said('connection reset: remote error: tls: bad certificate'), /refuses the client certificate/)
  })

  it('EOF may be the certificate where one was sent, and otherwise is another protocol', () => {
    assert.match(said('EOF', true), /ends the connection without a word/)
    assert.match(said('EOF'), /does not speak the protocol/)
  })
})
