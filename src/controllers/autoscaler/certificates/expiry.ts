/** When the certificates that a Destination sends with expire. An expired one is kept in use: what is not delivered waits in the queue. Pure. */
import type { NewCondition } from '../../../api/conditions.ts'
import type { Destination } from '../../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../../api/kinds/destination.ts'
import { rfc3339 } from '../../../api/time.ts'
import type { RenderedDestination } from '../../../destinations/render.ts'
import { bundleExpiryMs } from '../../../destinations/tls/client-certificate.ts'
import { valuesAt } from '../../../destinations/addresses/values-at.ts'
import { CA_FIELD, CLIENT_CERTIFICATE_FIELD } from '../../../destinations/tls/names.ts'

export interface CertificateView {
  /** The field. */
  field: string
  expiresMs: number
}

const DAY_MS = 86_400_000
/** Enough to have a certificate issued by others. */
const SOON_MS = 14 * DAY_MS

const authoritiesOf = ({ exporters }: RenderedDestination): string | undefined =>
  exporters
    .flatMap(({ config }) => valuesAt(config, /^ca_pem$/))
    .flatMap(([, text]) => (typeof text === 'string' ? [text] : []))[0]

/** `clientExpiresMs` is of the certificate in the Secret, which need not be used. */
export const certificatesOf = (rendered: RenderedDestination, clientExpiresMs?: number): CertificateView[] => {
  const authorities = authoritiesOf(rendered)
  const found: [string, number | undefined][] = [
    [CA_FIELD, authorities === undefined ? undefined : bundleExpiryMs(authorities)],
    [
      CLIENT_CERTIFICATE_FIELD,
      rendered.env.some(({ valueFrom }) => valueFrom?.secretKeyRef?.key === CLIENT_CERTIFICATE_FIELD)
        ? clientExpiresMs
        : undefined,
    ],
  ]
  return found.flatMap(([field, expiresMs]) => (expiresMs === undefined ? [] : [{ field, expiresMs }]))
}

/** The state of the certificate that expires first; undefined where there is none. */
export const certificatesCondition = (
  { metadata: { generation } }: Pick<Destination, 'metadata'>,
  certificates: readonly CertificateView[],
  nowMs: number,
): NewCondition | undefined => {
  const [first] = certificates.toSorted((a, b) => a.expiresMs - b.expiresMs)
  if (!first) return undefined
  const base = {
    type: DESTINATION_CONDITIONS.certificatesValid,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  }
  const at = rfc3339(first.expiresMs)
  if (first.expiresMs <= nowMs)
    return { ...base, status: 'False', reason: 'CertificateExpired', message: `${first.field} expired at ${at}` }
  const message = `${first.field} expires at ${at}`
  return first.expiresMs - nowMs <= SOON_MS
    ? { ...base, status: 'False', reason: 'CertificateExpiresSoon', message }
    : { ...base, status: 'True', reason: 'CertificatesValid', message }
}
