/** What a bundle must not hold, and what it must keep to be of use. */
import assert from 'node:assert/strict'
import { redactValue } from '../../../src/cli/diagnose/redact-value.ts'
import { isSecretName, REDACTED, redactText } from '../../../src/cli/diagnose/redact.ts'

/** In no text that is left. */
const S = 'hunter2hunter2'
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJlc2lnbmF0dXJl'
const PEM = `-----BEGIN RSA PRIVATE KEY-----\nMIIEow${S}\nqqqq==\n-----END RSA PRIVATE KEY-----`

const PLANTED: Record<string, string> = {
  'a bearer token': `Authorization: Bearer ${S}`,
  'basic authentication': `authorization: Basic dXNlcjpodW50ZXIyaHVudGVyMg==${S}`,
  'a header of a vendor': `"DD-API-KEY": "${S}"`,
  'another header': `api-key=${S}, timeout=1s`,
  'headers of OpenTelemetry': `OTEL_EXPORTER_OTLP_HEADERS=x-honeycomb-team=a,x-license-key=${S}`,
  'a JSON Web Token': `token ${JWT} is expired`,
  'a private key': `cannot parse ${PEM} as PEM`,
  'a private key that is cut off': `cannot parse -----BEGIN PRIVATE KEY-----\nMIIE${S}`,
  'user and password of a URL': `dial postgres://admin:${S}@db.shop:5432/orders failed`,
  'a password with signs in a URL': `redis://:${S}$%^&*!@redis:6379/0`,
  'a parameter of a URL': `GET https://api.example.com/v1/logs?token=${S}&x=1`,
  'a signature of Azure': `https://a.blob.core.windows.net/c?sv=2024&sig=${S}%2Babc%3D`,
  'a connection string': `Endpoint=sb://a.servicebus.windows.net/;SharedAccessKey=${S};EntityPath=x`,
  'an account key': `AccountName=a;AccountKey=${S}==;EndpointSuffix=core.windows.net`,
  'a key of AWS': 'AKIAIOSFODNN7HUNTER2',
  'a secret key of AWS': `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY${S}`,
  'a token of GitHub': `ghp_${S}${S}`,
  'a token of Slack': `xoxb-1234-${S}`,
  'a password in YAML': `  password: ${S}`,
  'a password in JSON': `{"user":"a","password":"${S}","x":1}`,
  'a password in JSON in JSON': JSON.stringify({ message: JSON.stringify({ password: S }) }),
  'a password with a quote in it': `password="a\\"${S}"`,
  'an argument': `--db-password=${S}`,
  'an argument after a space': `--token=${S} --verbose`,
  'camel case': `dbPassword=${S}`,
  'a cookie': `Cookie: session=${S}; theme=dark`,
  'a password of a URL with an at sign': `postgres://u:a@${S}@db/orders`,
  'a password of a URL with a slash': `postgres://u:ab/${S}@db/orders`,
  'a second cookie': `Cookie: theme=dark; sid=${S}`,
  'a cookie that is set': `Set-Cookie: a=b; Path=/; sid=${S}`,
  'a passphrase': `passphrase: correct horse ${S}`,
  'a list': `password=ab,${S}`,
  'another scheme': `Authorization: Negotiate ${S}`,
  'headers of Go': `map[Authorization:[Bearer ${S}] X-Api-Key:[${S}]]`,
  'an option with a space': `exec --db-password ${S} --verbose`,
  'user and password of curl': `curl -u admin:${S} https://backend`,
  XML: `<password>${S}</password>`,
  Ruby: `"password" => "${S}"`,
  'bytes of Python': `password=b'${S}'`,
  'an encoded parameter': `password%3D${S}`,
  'a header of Honeycomb': `x-honeycomb-team: ${S}`,
  'a webhook of Slack': `https://hooks.slack.com/services/T000/B000/${S}`,
  'a long random word': `rejected key aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE ${''}`,
}
const LEAKS = [S, JWT, 'AKIAIOSFODNN7HUNTER2', 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE', 'MIIE', 'dXNlcjpodW50ZXIyaHVudGVyMg']

/** As it is, because it tells what is wrong. */
const KEPT = [
  'sha256:9b2a1c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef',
  'trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7',
  'registry.example.com/odigos/agent-nodejs@sha256:4f1c0000000000000000000000000000000000000000000000000000000000aa',
  'pod shop/cart-7d74b565bc-thqg2 uid 3f0b9c1e-7c1f-4b1d-9a54-0e5c8f4f7d11',
  'failed to pull image "shop/cart:1": not found',
  'HTTP 401 Unauthorized; check key secretHeaderValue of Secret backend-secret',
  'dial tcp 10.0.0.1:4317: connect: connection refused',
  'x509: certificate signed by unknown authority',
  'the author of tokenizer.ts wrote a passage about keyboards',
  'token: false',
  'tokens: 4096',
  'auth: no such host',
  'credentials of the pod: dial tcp 10.0.0.1:443: i/o timeout',
  'signature: unknown authority',
  'received sig=SIGTERM',
  'Author: a',
  'image registry.local:5000/odigos/ui@sha256:4f1c0000 and oci://registry.local/odigos@sha256:4f1c0000',
  'headers: { authorization: ${env:DESTINATION_A_B1C2D3_TOKEN} }',
  '    at Object.<anonymous> (/app/node_modules/@opentelemetry/instrumentation-http/build/src/http.js:123:45)',
  '2026-11-28T07:15:28.123456789Z {"level":30,"controller":"instrumentor","msg":"reconciled"}',
]

describe('redaction', () => {
  for (const [name, text] of Object.entries(PLANTED))
    it(`takes ${name}`, () => {
      const left = redactText(text)
      for (const leak of LEAKS) assert.ok(!left.includes(leak), left)
      assert.ok(left.includes(REDACTED), left)
    })

  for (const text of KEPT) it(`keeps ${text.trim().slice(0, 60)}`, () => assert.equal(redactText(text), text))

  it('is the same when it is repeated', () => {
    for (const text of Object.values(PLANTED)) assert.equal(redactText(redactText(text)), redactText(text))
  })

  it('of names knows words, and not parts of words', () => {
    for (const name of ['DB_PASSWORD', 'dbPassword', 'api-key', 'apiKey', 'X-Auth-Token', 'DSN', 'credentials', 'pwd'])
      assert.ok(isSecretName(name), name)
    for (const name of ['author', 'tokenizer', 'keyboard', 'monkey', 'passage', 'image', 'dnsPolicy'])
      assert.ok(!isSecretName(name), name)
  })

  it('of objects takes values of variables, and fields with names of secrets, and keeps how secrets are found', () => {
    const pod = {
      metadata: {
        name: 'cart',
        managedFields: [{ a: 1 }],
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': S, 'example.com/api-key': S },
      },
      spec: {
        containers: [
          {
            args: ['--log=info', `--password=${S}`],
            env: [
              { name: 'LOG_LEVEL', value: 'debug' },
              { name: 'GREETING', value: S },
              { name: 'FROM', valueFrom: { secretKeyRef: { name: 'backend-secret', key: 'token' } } },
            ],
          },
        ],
        imagePullSecrets: [{ name: 'registry' }],
      },
    }
    const left = redactValue(pod)
    assert.ok(!JSON.stringify(left).includes(S), JSON.stringify(left))
    assert.deepEqual(left, {
      metadata: { name: 'cart', annotations: { 'example.com/api-key': REDACTED } },
      spec: {
        containers: [
          {
            args: ['--log=info', `--password=${REDACTED}`],
            env: [
              { name: 'LOG_LEVEL', value: 'debug' },
              { name: 'GREETING', value: REDACTED },
              { name: 'FROM', valueFrom: { secretKeyRef: { name: 'backend-secret', key: 'token' } } },
            ],
          },
        ],
        imagePullSecrets: [{ name: 'registry' }],
      },
    })
  })

  const objects: [name: string, value: unknown][] = [
    [
      'headers of a probe',
      {
        httpHeaders: [
          { name: 'Authorization', value: S },
          { name: 'X-Custom', value: S },
        ],
      },
    ],
    ['variables under another name', { environment: [{ name: 'DB_PASSWORD', value: S }] }],
    ['pairs with keys', { addAttributes: [{ key: 'api-key', value: S }] }],
    ['arguments', { args: ['--password', S, '--verbose'] }],
    ['a list of secrets', { passwords: [S] }],
    ['an object under the name of a secret', { credentials: { value: S, more: { deep: [S] } } }],
    ['headers by name', { headers: { 'x-any-team': S } }],
    ['headers as a text', { headers: `x-any-team=${S}` }],
    ['a name that looks like a reference', { tokenHref: S, passwordName: S }],
  ]
  for (const [name, value] of objects)
    it(`of objects takes ${name}`, () => {
      const left = JSON.stringify(redactValue(value))
      assert.ok(!left.includes(S), left)
    })

  it('of objects takes numbers under the name of a secret', () =>
    assert.deepEqual(redactValue({ password: 8_675_309_123 }), { password: REDACTED }))

  const references = {
    imagePullSecrets: [{ name: 'registry' }],
    volumes: [
      { name: 'tls', secret: { secretName: 'odigos-webhook-tls', items: [{ key: 'tls.crt', path: 'tls.crt' }] } },
    ],
    spec: { secretRef: { name: 'backend-secret' }, automountServiceAccountToken: false },
    sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3607 } }],
  }
  it('of objects keeps which secrets are meant', () => assert.deepEqual(redactValue(references), references))
})
