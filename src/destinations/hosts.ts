/**
 * The hosts that a rendered Destination sends to, and whether the setting `destinations.allowedHosts` allows them. Names are compared as they
 * are written; what they resolve to is not known here. Pure.
 */
import type { Problem } from './fields.ts'
import { problem } from './fields.ts'
import type { RenderedDestination, RenderedExporter } from './render.ts'
import { valuesAt } from './addresses/values-at.ts'

/** Keys of exporters' configurations whose values are addresses. */
const ADDRESS_KEY = /(^|_)(endpoints?|brokers|connection_string)$/
/** Keys of extensions whose values are addresses. */
const EXTENSION_ADDRESS_KEY = /^token_url$/
/** A reference to a variable of the collector, which has its value from a Secret. */
const FROM_SECRET = '${env:'
const SCHEME = /^[a-z][a-z0-9+.-]*:\/+/i

/** Services of clouds that give credentials of the node to whoever asks. No backend of telemetry is there. */
const METADATA_HOSTS: ReadonlySet<string> = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'metadata.google.internal',
])

const stringsOf = (node: unknown): string[] => {
  if (typeof node === 'string') return [node]
  return Array.isArray(node) ? node.flatMap(stringsOf) : []
}

/** Where an exporter sends to: what its configuration names, or else what it derives itself by the catalogue. */
export const addressesOf = ({ config, hosts = [] }: RenderedExporter): string[] => {
  const named = valuesAt(config, ADDRESS_KEY).flatMap(([, value]) => stringsOf(value))
  return named.length > 0 ? named : hosts
}

/** IPv4 in IPv6 is the same host. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

const unmapped = (host: string): string => {
  const [, high = '', low = ''] = MAPPED.exec(host) ?? []
  if (high === '') return host
  const bytes = [high, low].flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255])
  return bytes.join('.')
}

/** One spelling of a host, without its port; undefined where it is none. */
const canonical = (authority: string): string | undefined => {
  const url = URL.parse(`http://${authority}`)
  return url ? unmapped(url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')) : undefined
}

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/

interface Host {
  /** As it is written in the configuration. */
  address: string
  /** Undefined where it cannot be told. */
  host: string | undefined
}

/** An address can name several hosts, separated by commas. */
const hostsIn = (address: string): Host[] => {
  const [authority = ''] = address.replace(SCHEME, '').split(/[/?#]/)
  if (address.includes(FROM_SECRET)) return [{ address, host: undefined }]
  return authority.split(',').map((each) => ({ address: each, host: canonical(each.replace(/^.*@/, '').trim()) }))
}

/** Groups of 16 bits of an IPv6 address, of which `::` stands for as many as are missing. */
const groupsOf = (address: string): string[] => {
  const [before = [], after = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  return [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
}

/** The bits of an address in one spelling, as text; undefined where the host is a name. */
const bitsOf = (host: string): string | undefined => {
  if (host.includes(':'))
    return groupsOf(host)
      .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
      .join('')
  if (!IPV4.test(host)) return undefined
  return host
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('')
}

const isInRange = (range: string, host: string): boolean => {
  const [network = '', length] = range.split('/')
  const [bits, prefix] = [bitsOf(host), bitsOf(canonical(network.includes(':') ? `[${network}]` : network) ?? '')]
  if (bits === undefined || prefix?.length !== bits.length || Number(length) > bits.length) return false
  return bits.startsWith(prefix.slice(0, Number(length)))
}

const matches = (pattern: string, host: string): boolean => {
  const plain = pattern.toLowerCase()
  if (plain === '*') return true
  if (plain.startsWith('*.')) return host.endsWith(plain.slice(1))
  if (plain.includes('/')) return isInRange(plain, host)
  return canonical(plain.includes(':') ? `[${plain}]` : plain) === host
}

const isRange = (pattern: string): boolean => pattern.includes('*') || pattern.includes('/')

const isListed = (host: string, allowed: readonly string[] = []): boolean =>
  allowed.some((pattern) => !isRange(pattern) && matches(pattern, host))

const isUnlimited = (allowed: readonly string[] | undefined): allowed is undefined => allowed?.includes('*') ?? true

const unknownHost = (address: string): string =>
  address.includes(FROM_SECRET)
    ? 'the address is in the Secret, so that its host is not known'
    : `${address} is no host`

/** `allowed` is absent where every host is. */
const refusalOf = ({ address, host }: Host, allowed: readonly string[] | undefined): string | undefined => {
  if (host !== undefined && METADATA_HOSTS.has(host))
    return isListed(host, allowed) ? undefined : `${host} is the metadata service of a cloud`
  if (isUnlimited(allowed)) return undefined
  if (host === undefined) return unknownHost(address)
  return allowed.some((pattern) => matches(pattern, host)) ? undefined : `${host} is not among the allowed hosts`
}

const withoutHosts = ({ id, hosts }: RenderedExporter, allowed: readonly string[] | undefined): string[] =>
  isUnlimited(allowed) || hosts !== undefined ? [] : [`the hosts of ${id} are not known`]

/** Where extensions send credentials to. */
const extensionAddresses = (extensions: RenderedDestination['extensions']): string[] =>
  Object.values(extensions).flatMap((config) =>
    valuesAt(config, EXTENSION_ADDRESS_KEY).flatMap(([, value]) => stringsOf(value)),
  )

/** Why a Destination may not send to its hosts; each reason once. */
export const hostProblems = (
  { exporters, extensions }: Pick<RenderedDestination, 'exporters' | 'extensions'>,
  allowed: readonly string[] | undefined,
): Problem[] => {
  const reasons = exporters.flatMap((exporter) => {
    const addresses = addressesOf(exporter)
    if (addresses.length === 0) return withoutHosts(exporter, allowed)
    return addresses.flatMap(hostsIn).flatMap((host) => refusalOf(host, allowed) ?? [])
  })
  const ofExtensions = extensionAddresses(extensions)
    .flatMap(hostsIn)
    .flatMap((host) => refusalOf(host, allowed) ?? [])
  return [...new Set([...reasons, ...ofExtensions])].map((message) => problem('HostNotAllowed', message))
}
