/** What checks say of clusters that no test can start. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeAfter } from '../../../src/cli/check/after.ts'
import { judgeBefore, OLDEST_MINOR } from '../../../src/cli/check/before.ts'
import { NEEDED } from '../../../src/cli/check/facts.ts'
import type { Facts } from '../../../src/cli/check/facts.ts'
import type { Finding } from '../../../src/cli/check/finding.ts'
import { RELEASE } from '../../../src/api/names.ts'
import { destination, condition, viewOf } from '../../support/ui/view-parts.ts'

const FACTS: Facts = {
  systemNamespace: 'odigos-system',
  version: 'v1.37.0',
  hasPolicies: true,
  nodes: [],
  namespace: null,
  quotas: [],
  ranges: [],
  webhooks: [],
  dnsServices: [],
  crds: [],
  denied: [],
}
const outcomeOf = (findings: readonly Finding[], title: string): string | undefined =>
  findings.find((each) => each.title === title)?.outcome

describe('checks', () => {
  it('demand the version of Kubernetes that the chart demands', () => {
    const chart = readFileSync(join(import.meta.dirname, '../../../deploy/helm/Chart.yaml'), 'utf8')
    assert.equal(Number(/kubeVersion: '>=1\.(\d+)/.exec(chart)?.[1]), OLDEST_MINOR)
  })

  it('ask for the permission to create all kinds that the chart has', () => {
    const folder = join(import.meta.dirname, '../../../deploy/helm/templates')
    const templates = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    const kinds = new Set(
      templates.flatMap((text) => [...text.matchAll(/^kind: (\w+)/gm)].map(([, kind = '']) => kind)),
    )
    // Of the Prometheus Operator, and only where they are wanted.
    for (const kind of ['PodMonitor', 'PrometheusRule']) assert.ok(kinds.delete(kind))
    const asked = new Set(NEEDED.map(({ resource }) => resource))
    const missing = [...kinds].filter((kind) => !asked.has(kind.toLowerCase().replace(/y$/, 'ie').replace(/$/, 's')))
    assert.ok(kinds.size > 10)
    assert.deepEqual(missing, [])
  })

  const versions: [version: string, outcome: string][] = [
    [`v1.${OLDEST_MINOR}.0`, 'passed'],
    [`v1.${OLDEST_MINOR - 1}.9-eks-1234`, 'failed'],
    ['v1.31.2+rke2r1', 'passed'],
    ['v2.0.0', 'passed'],
    ['v0.99.0', 'failed'],
  ]
  for (const [version, outcome] of versions)
    it(`${version} ${outcome}`, () =>
      assert.equal(outcomeOf(judgeBefore({ ...FACTS, version }), 'Kubernetes'), outcome))

  it('of what may not be read are not passed', () => {
    const unread = judgeBefore({
      ...FACTS,
      nodes: undefined,
      quotas: undefined,
      ranges: undefined,
      webhooks: undefined,
      crds: undefined,
      dnsServices: undefined,
    })
    for (const title of ['Nodes', 'Quotas', 'LimitRanges', 'Other agents', 'Definitions', 'Cluster DNS'])
      assert.equal(outcomeOf(unread, title), 'unknown', title)
  })

  const deployment = (readyReplicas: number) =>
    ({
      kind: 'Deployment',
      metadata: { name: 'odigos-webhook' },
      spec: { replicas: 2 },
      status: { readyReplicas },
    }) as never
  const crd = (release: string) =>
    ({ name: 'a', isOurs: true, release, contentHash: '', notEstablished: undefined, isBeingDeleted: false }) as never
  const webhook = (caBundle: string) =>
    ({ metadata: { name: 'w' }, webhooks: [{ clientConfig: { caBundle } }] }) as never
  const good = {
    systemNamespace: 'odigos-system',
    deployments: [deployment(2)],
    webhook: webhook('abc'),
    crds: [crd(RELEASE)],
    view: viewOf([]),
  }

  it('of an installation that works pass', () =>
    assert.deepEqual(
      judgeAfter(good).map(({ outcome }) => outcome),
      ['passed', 'passed', 'passed', 'passed'],
    ))

  const broken: [name: string, change: object, title: string, outcome: string][] = [
    ['a process that is not ready', { deployments: [deployment(1)] }, 'odigos-webhook', 'failed'],
    ['no webhook', { webhook: undefined }, 'Webhook', 'failed'],
    ['a webhook without a certificate', { webhook: webhook('') }, 'Webhook', 'failed'],
    ['definitions of an older release', { crds: [crd('0.0.1')] }, 'Definitions', 'warning'],
    ['definitions of two releases', { crds: [crd(RELEASE), crd('0.0.1')] }, 'Definitions', 'warning'],
    [
      'a wrong token',
      { view: viewOf([], [destination({ conditions: [condition('Delivering', 'False', 'AllDataRejected')] })]) },
      '1 destination: the backend rejects all data of a signal, and what it rejects is lost',
      'failed',
    ],
  ]
  for (const [name, change, title, outcome] of broken)
    it(`tell of ${name}`, () => {
      const findings = judgeAfter({ ...good, ...change })
      assert.equal(outcomeOf(findings, title), outcome, JSON.stringify(findings))
    })
})
