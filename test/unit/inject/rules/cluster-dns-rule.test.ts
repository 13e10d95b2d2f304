import assert from 'node:assert/strict'
import type { DnsConfig, PodSpec } from '../../../../src/api/kubernetes.ts'
import type { Agent, Libc } from '../../../../src/api/vocabulary.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { configFor, contextFor } from '../../../support/injection/injection-context.ts'

const ENDPOINT = 'http://odigos-node-collector.odigos-system.svc:4318'
const SEARCHES = ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local']
const CLUSTER = { nameservers: ['10.96.0.10'], searches: SEARCHES }
const ndots = (value: string): DnsConfig => ({ options: [{ name: 'ndots', value }] })

const outcomeOf = (
  spec: Partial<PodSpec>,
  libc?: Libc,
  { endpoint = ENDPOINT, agent = 'nodejs' }: { endpoint?: string; agent?: Agent } = {},
) => {
  const pod = { spec: { ...spec, containers: [{ name: 'app', image: 'app:1' }] } }
  const config = configFor(pod, agent, libc ? { libc } : {})
  const configured = { ...config, pipeline: { collectorsGroup: 'a', endpoint, signals: ['traces' as const] } }
  return decide(pod, contextFor(pod, agent, { configFor: configured })).containers['app']
}

type Case = [about: string, spec: Partial<PodSpec>, reason: 'Injected' | 'ClusterDnsUnavailable', libc?: Libc]
const NONE = { dnsPolicy: 'None' }

const CASES: Case[] = [
  ['by default', {}, 'Injected', 'musl'],
  ['of the node', { dnsPolicy: 'Default' }, 'ClusterDnsUnavailable'],
  ['of the node, with nameservers added', { dnsPolicy: 'Default', dnsConfig: CLUSTER }, 'ClusterDnsUnavailable'],
  ['of the host network', { hostNetwork: true }, 'ClusterDnsUnavailable'],
  ['of the cluster with the host network', { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }, 'Injected'],
  [
    'of its own, public',
    { ...NONE, dnsConfig: { nameservers: ['8.8.8.8', '1.1.1.1'], searches: SEARCHES } },
    'ClusterDnsUnavailable',
  ],
  [
    'of its own, public over IPv6',
    { ...NONE, dnsConfig: { nameservers: ['2001:4860:4860::8888'], searches: SEARCHES } },
    'ClusterDnsUnavailable',
  ],
  ['of its own, none', { ...NONE }, 'ClusterDnsUnavailable'],
  [
    "of its own, the cluster's, without searches",
    { ...NONE, dnsConfig: { nameservers: ['10.96.0.10'] } },
    'ClusterDnsUnavailable',
  ],
  [
    'with the domains of Services alone',
    { ...NONE, dnsConfig: { ...CLUSTER, searches: SEARCHES.slice(0, 2) } },
    'ClusterDnsUnavailable',
  ],
  [
    "with a domain that is not the cluster's",
    { ...NONE, dnsConfig: { ...CLUSTER, searches: ['acme.test'] } },
    'ClusterDnsUnavailable',
  ],
  ["of its own, the cluster's, with searches", { ...NONE, dnsConfig: CLUSTER }, 'Injected', 'glibc'],
  [
    'with a domain of another name',
    { ...NONE, dnsConfig: { ...CLUSTER, searches: ['svc.k8s.acme.test.', 'k8s.acme.test'] } },
    'Injected',
  ],
  ['of the node-local cache', { ...NONE, dnsConfig: { ...CLUSTER, nameservers: ['169.254.20.10'] } }, 'Injected'],
  ['ndots 1 with glibc', { dnsConfig: ndots('1') }, 'Injected', 'glibc'],
  ['ndots 1 with musl', { dnsConfig: ndots('1') }, 'ClusterDnsUnavailable', 'musl'],
  ['ndots 2 with musl', { dnsConfig: ndots('2') }, 'ClusterDnsUnavailable', 'musl'],
  ['ndots 3 with musl', { dnsConfig: ndots('3') }, 'Injected', 'musl'],
  ['its own without ndots, with musl', { ...NONE, dnsConfig: CLUSTER }, 'ClusterDnsUnavailable', 'musl'],
  ['its own with ndots, with musl', { ...NONE, dnsConfig: { ...CLUSTER, ...ndots('5') } }, 'Injected', 'musl'],
]

describe('the DNS of a pod', () => {
  for (const [about, spec, reason, libc] of CASES) {
    it(`${about}: ${reason}`, () => assert.equal(outcomeOf(spec, libc)?.reason, reason))
  }

  it('is asked by the resolver of the sidecar, not by that of the application, where the agent runs in one', () => {
    const of = (agent: Agent, dnsConfig: DnsConfig): string | undefined =>
      outcomeOf({ dnsConfig }, 'musl', { agent })?.reason
    assert.equal(of('go-ebpf', ndots('1')), 'Injected')
    assert.equal(of('go-ebpf', ndots('2')), 'Injected')
    assert.equal(of('sdk-config', ndots('2')), 'ClusterDnsUnavailable')
    const own = { ...NONE, dnsConfig: { nameservers: ['8.8.8.8'] } }
    assert.equal(outcomeOf(own, 'musl', { agent: 'go-ebpf' })?.reason, 'ClusterDnsUnavailable')
  })

  it('does not matter where the endpoint is an address', () => {
    const spec = { dnsPolicy: 'None', dnsConfig: { nameservers: ['8.8.8.8'], ...ndots('1') } }
    for (const endpoint of ['http://10.0.0.1:4318', 'http://[fd00::1]:4318']) {
      assert.equal(outcomeOf(spec, 'musl', { endpoint })?.reason, 'Injected')
    }
  })
})
