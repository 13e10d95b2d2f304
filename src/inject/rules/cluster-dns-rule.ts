/** Whether the pod can resolve the name of our collector, which only the cluster's DNS knows. An address needs none. */
import type { DnsConfig, PodSpec } from '../../api/kubernetes.ts'
import type { Libc } from '../../api/vocabulary.ts'
import type { AgentDefinition, AgentSubject } from '../agents/agent.ts'
import { hostOf } from '../environment/endpoint.ts'
import type { Rule, RuleResult } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

const FROM = 'dnsPolicy, dnsConfig and hostNetwork of the pod'
/** Number of dots from which a name is first tried as it is: with the cluster's DNS, and by resolv.conf(5). */
const CLUSTER_NDOTS = 5
const DEFAULT_NDOTS = 1

const unavailable = (why: string): RuleResult =>
  refused('ClusterDnsUnavailable', `${why}, so the name of the collector cannot be resolved`, FROM)

const isAddress = (endpoint: string): boolean => /^https?:\/\/(?:\[|\d+\.\d+\.\d+\.\d+(?:[:/]|$)|\$\()/.test(endpoint)

const withoutDot = (domain: string): string => domain.replace(/\.$/, '').toLowerCase()

/** Whether a search list has the cluster's domain, which completes a name that ends in `.svc`. */
const hasClusterDomain = ({ searches }: DnsConfig): boolean => {
  const domains = (searches ?? []).map(withoutDot)
  return domains.some((domain) => domain === 'cluster.local' || domains.some((other) => other === `svc.${domain}`))
}

/** Addresses of private networks, in one of which the cluster's DNS is. */
const PRIVATE =
  /^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cde])/i

const ofOwnConfig = (config: DnsConfig): RuleResult | undefined => {
  if (!(config.nameservers ?? []).some((server) => PRIVATE.test(server))) {
    return unavailable('dnsPolicy is None with public nameservers')
  }
  return hasClusterDomain(config)
    ? undefined
    : unavailable('dnsPolicy is None without the domain of the cluster in searches')
}

/** musl does not complete a name that has as many dots as ndots; glibc and Go do so after they have tried it as it is. */
const ofMusl = (host: string, { options }: DnsConfig, otherwise: number): RuleResult | undefined => {
  const value = Number(options?.findLast(({ name }) => name === 'ndots')?.value ?? otherwise)
  const dots = host.split('.').length - 1
  return dots >= value ? unavailable(`ndots is ${value} and the C library is musl`) : undefined
}

interface Question {
  /** Whether the pod has no DNS but that of its configuration. */
  isOwn: boolean
  host: string
  libc: Libc | undefined
}

const refusalOfConfig = (config: DnsConfig, { isOwn, host, libc }: Question): RuleResult | undefined =>
  (isOwn ? ofOwnConfig(config) : undefined) ??
  (libc === 'musl' ? ofMusl(host, config, isOwn ? DEFAULT_NDOTS : CLUSTER_NDOTS) : undefined)

const clusterDns = (spec: PodSpec, endpoint: string, libc: Libc | undefined): RuleResult => {
  if (isAddress(endpoint)) return allowed('not needed', 'the endpoint is an address')
  const policy = spec.dnsPolicy ?? 'ClusterFirst'
  if (policy === 'Default') return unavailable('dnsPolicy is Default')
  if (policy === 'ClusterFirst' && spec.hostNetwork === true) {
    return unavailable('dnsPolicy is ClusterFirst with hostNetwork')
  }
  const host = hostOf(endpoint)
  return refusalOfConfig(spec.dnsConfig ?? {}, { isOwn: policy === 'None', host, libc }) ?? allowed('available', FROM)
}

/** A sidecar is a Go program of ours, whatever the C library of the application beside it. */
const resolverOf = ({ delivery }: AgentDefinition, libc: Libc | undefined): Libc | undefined =>
  delivery === 'sidecar' ? undefined : libc

export const clusterDnsRule: Rule<AgentSubject> = {
  rule: 'cluster DNS',
  check: ({ pod, spec, decision, agent }) =>
    clusterDns(pod.spec, spec.pipeline?.endpoint ?? '', resolverOf(agent, decision.libc)),
}
