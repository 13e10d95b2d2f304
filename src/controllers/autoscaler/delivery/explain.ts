/** What an error of a backend or on the way to it means, and what to do. Pure. */
import type { DeliveryCause } from '../../../api/kinds/delivery.ts'
import type { Reason } from '../../../api/reasons.ts'
import type { ErrorWords } from './flow/words.ts'

export interface Explanation {
  reason: Reason
  says: string
  remedy: string
}

const stopped = (reason: Reason, says: string, remedy: string): Explanation => ({ reason, says, remedy })

/** The first that matches the words; they say more than the cause. */
const BY_WORDS: readonly [RegExp, Explanation][] = [
  [
    /failed to get security token|\boauth2: /,
    stopped('Unreachable', 'the token server gives no token', 'check tokenUrl, clientId, clientSecret and scopes'),
  ],
  [
    /remote error: tls: handshake failure/,
    stopped(
      'Unreachable',
      'the backend refuses the handshake of TLS',
      'check whether it requires a client certificate (clientCertificate, clientKey), and which versions of TLS it has',
    ),
  ],
  [
    /remote error: tls: certificate required|No required SSL certificate was sent/,
    stopped(
      'Unreachable',
      'the backend requires a client certificate',
      'put one into the Secret of the Destination, with its key (clientCertificate, clientKey)',
    ),
  ],
  [
    /remote error: tls: .*(certificate|authority)|The SSL certificate error/,
    stopped(
      'Unreachable',
      'the backend refuses the client certificate, or requires one',
      'check that it has not expired, and that its authority is one that the backend knows (clientCertificate, clientKey)',
    ),
  ],
  [
    /HTTP response to HTTPS client|first record does not look like a TLS/,
    stopped(
      'Unreachable',
      'the backend does not speak TLS at this port',
      'use http:// or switch TLS off, or use its port for TLS',
    ),
  ],
  [
    /HTTP request (was sent )?to (an )?HTTPS/i,
    stopped('Unreachable', 'the backend expects TLS at this port', 'use https:// or switch TLS on'),
  ],
  [
    /^EOF$|server preface|frame too large|malformed HTTP|unexpected HTTP status code|unexpected content-type|^HTTP 415\b/,
    stopped(
      'Unreachable',
      'the backend does not speak the protocol at this port',
      'check whether the port is for gRPC (usually 4317) or HTTP (usually 4318), and whether it expects TLS',
    ),
  ],
  [
    /unknown authority/,
    stopped(
      'Unreachable',
      'the certificate of the backend is of an unknown authority',
      'enter the certificate of the authority (caPem)',
    ),
  ],
  [
    /x509: .*(valid for|IP SANs|not valid for any names)/,
    stopped(
      'Unreachable',
      'the certificate of the backend is for other names',
      'use a host name that the certificate has, or enter one as the server name (serverName)',
    ),
  ],
  [
    /x509: certificate has expired or is not yet valid/,
    stopped(
      'Unreachable',
      'the certificate of the backend has expired, or is not valid yet',
      'have it renewed at the backend, and check the clocks of both',
    ),
  ],
  [
    /^HTTP 40[45]\b|^gRPC Unimplemented\b/,
    stopped(
      'AllDataRejected',
      'the backend has nothing at this address that takes the signal',
      'check the path of the address, and whether the backend takes the signal',
    ),
  ],
  [
    /^HTTP 3\d\d\b/,
    stopped('AllDataRejected', 'the backend redirects to another address', 'enter the address that it redirects to'),
  ],
]

const BY_CAUSE: Readonly<Partial<Record<DeliveryCause, Explanation>>> = {
  Credentials: stopped('AllDataRejected', 'the backend refuses the credentials', ''),
  TooLarge: stopped(
    'AllDataRejected',
    'the backend or a proxy before it finds even a probe too large',
    'raise its limit',
  ),
  Throttled: stopped(
    'Throttled',
    'the backend was reached, and limits the rate',
    'test again later, or raise the limit at the backend',
  ),
  Dns: stopped(
    'Unreachable',
    'the name of the host is not found',
    'check the host name; from other namespaces, a Service is NAME.NAMESPACE.svc',
  ),
  Tls: stopped(
    'Unreachable',
    'TLS fails',
    'check the certificate of the backend, its authority (caPem), and the host name',
  ),
  Refused: stopped(
    'Unreachable',
    'nothing listens at the address',
    'check host and port, and whether the backend runs',
  ),
  Timeout: stopped(
    'Unreachable',
    'the backend does not answer',
    'check host and port, NetworkPolicies, firewalls and proxies between the cluster and the backend',
  ),
  Unavailable: stopped(
    'Unreachable',
    'the backend is not available',
    'see the state of the backend, and of proxies before it',
  ),
}

const REJECTED = stopped('AllDataRejected', 'the backend rejects a probe', 'see its words')
const NOT_REACHED = stopped('Unreachable', 'a probe does not reach the backend', 'see the words of the collector')

/** Not all backends say why they end a connection: with TLS 1.3, they check the certificate when the client has sent its request already. */
const ENDED =
  /^(?!.*remote error).*(connection reset|broken pipe|use of closed (network )?connection|transport connection broken)/
const ENDED_AFTER_CERTIFICATE = /^(?!.*remote error).*(\bEOF$|server preface)/
const ENDED_BY_BACKEND = stopped(
  'Unreachable',
  'the backend ends the connection without a word, as many do that require a client certificate or refuse it',
  'check whether it requires one, which has not expired and is of an authority that it knows (clientCertificate, clientKey)',
)

interface Sent {
  /** Whether the exporter would not try again. */
  isPermanent: boolean
  hasCertificate: boolean
}

export const explain = ({ cause, words }: ErrorWords, { isPermanent, hasCertificate }: Sent): Explanation =>
  (ENDED.test(words) || (hasCertificate && ENDED_AFTER_CERTIFICATE.test(words)) ? ENDED_BY_BACKEND : undefined) ??
  BY_WORDS.find(([pattern]) => pattern.test(words))?.[1] ??
  BY_CAUSE[cause] ??
  (isPermanent ? REJECTED : NOT_REACHED)
