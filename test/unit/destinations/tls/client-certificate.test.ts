import assert from 'node:assert/strict'
import { secretFaults } from '../../../../src/destinations/tls/client-certificate.ts'
import { PEM_INPUTS, tlsFixture } from '../../../support/destinations/pem-inputs.ts'

describe('a client certificate and its key', () => {
  for (const { name, clientCertificate, clientKey, fault } of PEM_INPUTS)
    it(name, () => {
      const faults = secretFaults([
        ['clientCertificate', clientCertificate],
        ['clientKey', clientKey],
      ])
      if (!fault) return assert.deepEqual(faults, {})
      const [key, words] = fault
      assert.match(faults[key] ?? 'nothing', words)
      // A fault is written into a condition.
      for (const line of [clientCertificate, clientKey]
        .join('\n')
        .split('\n')
        .filter((part) => part.length > 40))
        assert.ok(!JSON.stringify(faults).includes(line))
    })

  it('may be one without the other, which the fields tell', () =>
    assert.deepEqual(secretFaults([['clientKey', tlsFixture('ec.key')]]), {}))

  it('leave the checks of other values as they are', () =>
    assert.deepEqual(
      Object.keys(
        secretFaults([
          ['token', 'a\n'],
          ['other', 'b'],
        ]),
      ),
      ['token'],
    ))
})
