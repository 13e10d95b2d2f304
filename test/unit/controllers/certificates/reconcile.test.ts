import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { issue } from '../../../../src/controllers/certificates/issue.ts'
import type { CertificateSecret, Observed } from '../../../../src/controllers/certificates/reconcile.ts'
import {
  caBundle,
  certificateAction,
  RECREATE_AFTER_MS,
  reconcile,
} from '../../../../src/controllers/certificates/reconcile.ts'
import {
  isInPlace,
  servedNamespaces,
  webhookConfiguration,
} from '../../../../src/controllers/certificates/webhook-configuration.ts'

const DAY_MS = 86_400_000
const names = ['odigos-webhook.odigos-system.svc']
const nowMs = Date.parse('2026-11-23T00:00:00Z')

describe('certificates controller', () => {
  let secret: CertificateSecret
  before(async () => {
    secret = await issue('issue-authority', {}, names, nowMs)
  })

  it('issues everything for an empty Secret, then keeps it', () => {
    assert.equal(certificateAction({}, names, nowMs), 'issue-authority')
    assert.equal(certificateAction(secret, names, nowMs), 'keep')
  })

  it('renews the serving certificate under the same authority', async () => {
    const later = nowMs + 61 * DAY_MS
    assert.equal(certificateAction(secret, names, later), 'issue-serving')
    const renewed = await issue('issue-serving', secret, names, later)
    assert.equal(renewed['ca.crt'], secret['ca.crt'])
    assert.notEqual(renewed['tls.crt'], secret['tls.crt'])
    assert.equal(certificateAction(renewed, names, later), 'keep')
  })

  it('trusts the old authority beside the new one', async () => {
    const later = nowMs + 3000 * DAY_MS
    assert.equal(certificateAction(secret, names, later), 'issue-authority')
    const renewed = await issue('issue-authority', secret, names, later)
    const trusted = caBundle(renewed).match(/-----BEGIN CERTIFICATE-----/g)
    assert.equal(trusted?.length, 2)
    const old = new X509Certificate(secret['ca.crt'] ?? '')
    assert.ok(new X509Certificate(secret['tls.crt'] ?? '').verify(old.publicKey))
    assert.ok(caBundle(renewed).includes(secret['ca.crt'] ?? 'missing'))
  })

  it('replaces a serving certificate of another authority', async () => {
    const other = await issue('issue-authority', {}, names, nowMs)
    const mixed = { ...secret, 'tls.crt': other['tls.crt'] ?? '', 'tls.key': other['tls.key'] ?? '' }
    assert.equal(certificateAction(mixed, names, nowMs), 'issue-serving')
  })
})

describe('a damaged Secret', () => {
  let secret: CertificateSecret
  let other: CertificateSecret
  before(async () => {
    secret = await issue('issue-authority', {}, names, nowMs)
    other = await issue('issue-authority', {}, names, nowMs)
  })
  const damages: [string, (key: keyof CertificateSecret) => string][] = [
    ['truncated', (key) => secret[key]?.slice(0, 400) ?? ''],
    ['of another pair', (key) => other[key] ?? ''],
    ['garbage', () => Buffer.from('!!not base64!!', 'base64').toString()],
    ['missing', () => ''],
  ]
  const keys = [
    ['ca.crt', 'issue-authority'],
    ['ca.key', 'issue-authority'],
    ['tls.crt', 'issue-serving'],
    ['tls.key', 'issue-serving'],
  ] as const
  for (const [key, action] of keys) {
    for (const [title, damage] of damages) {
      it(`heals where ${key} is ${title}`, async () => {
        const damaged = { ...secret, [key]: damage(key) }
        assert.equal(certificateAction(damaged, names, nowMs), action)
        const healed = await issue(action, damaged, names, nowMs)
        assert.equal(certificateAction(healed, names, nowMs), 'keep')
        const bundle = caBundle(healed).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
        assert.ok(bundle.length > 0 && caBundle(healed).split('BEGIN').length === bundle.length + 1)
        for (const certificate of bundle) assert.ok(new X509Certificate(certificate))
      })
    }
  }
})

describe('webhook configuration', () => {
  const settings = {
    configurationName: 'odigos-webhook',
    serviceName: 'odigos-webhook',
    systemNamespace: 'odigos-system',
    timeoutSeconds: 3,
  }

  it('has no webhook where no namespace is instrumented', () =>
    assert.deepEqual(webhookConfiguration(settings, 'PEM', [])['webhooks'], []))

  it('selects exactly the namespaces given, never fails closed, and never selects by absence', () => {
    const [webhook] = webhookConfiguration(settings, 'PEM', ['shop', 'cart'])['webhooks'] as Record<string, unknown>[]
    assert.deepEqual(webhook?.['namespaceSelector'], {
      matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['cart', 'shop'] }],
    })
    assert.equal(webhook?.['failurePolicy'], 'Ignore')
    assert.equal(webhook?.['timeoutSeconds'], 3)
    assert.equal(webhook?.['reinvocationPolicy'], 'IfNeeded')
  })

  it('serves the namespaces that it selects, and none where it is gone', () => {
    assert.deepEqual(servedNamespaces(webhookConfiguration(settings, 'PEM', ['shop', 'cart'])), ['cart', 'shop'])
    for (const none of [undefined, webhookConfiguration(settings, 'PEM', [])])
      assert.deepEqual(servedNamespaces(none), [])
  })

  it('is written again only where something that is wanted differs', () => {
    const wanted = webhookConfiguration(settings, 'PEM', ['shop'])
    const found = structuredClone(wanted)
    const [webhook] = found['webhooks'] as Record<string, unknown>[]
    Object.assign(webhook ?? {}, { objectSelector: {} })
    assert.equal(isInPlace(found, wanted), true)
    assert.equal(isInPlace(undefined, wanted), false)
    assert.equal(isInPlace(found, webhookConfiguration(settings, 'PEM', [])), false)
    Object.assign(webhook ?? {}, { failurePolicy: 'Fail' })
    assert.equal(isInPlace(found, wanted), false)
  })
})

describe('reconcile of certificates', () => {
  const webhook = {
    configurationName: 'odigos-webhook',
    serviceName: 'odigos-webhook',
    systemNamespace: 'odigos-system',
    timeoutSeconds: 3,
  }
  const observed = (secret: CertificateSecret): Observed => ({
    webhook,
    secretRef: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', resourceVersion: '7' } },
    secret,
    names,
    namespaces: ['shop'],
    configuration: undefined,
    seenAtMs: undefined,
    nowMs,
  })
  const verbs = (world: Observed): string[] => reconcile(world).map((action) => action.do)

  it('issues first, writes the configuration when the certificate is in the Secret, and then nothing', async () => {
    assert.deepEqual(verbs(observed({})), ['issue'])
    const issued = observed(await issue('issue-authority', {}, names, nowMs))
    const [action] = reconcile(issued)
    assert.ok(action?.do === 'apply')
    assert.deepEqual(action.object, webhookConfiguration(webhook, caBundle(issued.secret), ['shop']))
    assert.deepEqual(verbs({ ...issued, configuration: action.object }), [])
    assert.deepEqual(verbs({ ...issued, configuration: action.object, namespaces: [] }), ['apply'])
  })

  it('waits before it creates a deleted configuration again, which helm uninstall deletes first', async () => {
    const issued = observed(await issue('issue-authority', {}, names, nowMs))
    assert.deepEqual(verbs({ ...issued, seenAtMs: nowMs - 1_000 }), [])
    assert.deepEqual(verbs({ ...issued, seenAtMs: nowMs - RECREATE_AFTER_MS }), ['apply'])
  })
})
