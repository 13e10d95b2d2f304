/** TLS of destinations: the same fields and settings for every type whose exporter has those of the collector. */
import type { CatalogueEntry, CatalogueExporter, CatalogueField } from './schema.ts'
import {
  CA_FIELD,
  CLIENT_CERTIFICATE_FIELD,
  CLIENT_KEY_FIELD,
  SERVER_NAME_FIELD,
  SKIP_VERIFY_FIELD,
} from './tls/names.ts'
import { valuesAt } from './addresses/values-at.ts'

/** Keys of exporters for TLS as the collector's own client has it (configtls); an exporter that is missing has its own, or none. */
const TLS_KEYS: Readonly<Record<string, readonly string[]>> = {
  azuremonitor: ['tls'],
  clickhouse: ['tls'],
  elasticsearch: ['tls'],
  kafka: ['tls'],
  logzio: ['tls'],
  otlp_grpc: ['tls'],
  otlp_http: ['tls'],
  prometheus_remote_write: ['tls'],
  signalfx: ['ingest_tls', 'api_tls'],
  splunk_hec: ['tls'],
}

const TEMPLATE: Record<string, unknown> = {
  insecure_skip_verify: `{{${SKIP_VERIFY_FIELD}}}`,
  ca_pem: `{{${CA_FIELD}}}`,
  cert_pem: `{{${CLIENT_CERTIFICATE_FIELD}}}`,
  key_pem: `{{${CLIENT_KEY_FIELD}}}`,
  server_name_override: `{{${SERVER_NAME_FIELD}}}`,
}

const FIELDS: readonly CatalogueField[] = [
  {
    name: CA_FIELD,
    label: 'CA certificate (PEM)',
    type: 'text',
    required: false,
    secret: false,
    format: 'certificates',
    help: "Required only if the backend's certificate is not signed by a public CA.",
  },
  {
    name: CLIENT_CERTIFICATE_FIELD,
    label: 'Client certificate (PEM)',
    type: 'password',
    required: false,
    secret: true,
    format: 'certificates',
    requires: CLIENT_KEY_FIELD,
    help: 'Required only if the backend asks for one (mTLS). Its own certificate comes first, those of its authorities follow.',
  },
  {
    name: CLIENT_KEY_FIELD,
    label: 'Client key (PEM)',
    type: 'password',
    required: false,
    secret: true,
    format: 'privateKey',
    requires: CLIENT_CERTIFICATE_FIELD,
    help: 'Private key of the client certificate, not encrypted.',
  },
  {
    name: SERVER_NAME_FIELD,
    label: 'Server name',
    type: 'text',
    required: false,
    secret: false,
    pattern: '^([A-Za-z0-9]([A-Za-z0-9\\-]*[A-Za-z0-9])?\\.)*[A-Za-z0-9]([A-Za-z0-9\\-]*[A-Za-z0-9])?$',
    help: "A host name of the backend's certificate, if the address has another.",
  },
]

const SKIP_VERIFY: CatalogueField = {
  name: SKIP_VERIFY_FIELD,
  label: 'Skip certificate verification',
  type: 'boolean',
  required: false,
  secret: false,
  help: 'Anyone on the way can then read the data and its credentials. Use a CA certificate instead.',
}

const tlsKeys = ({ type }: CatalogueExporter): readonly string[] => TLS_KEYS[type] ?? []

/** Whether there are the fields for TLS. */
export const hasTlsFields = ({ exporters }: CatalogueEntry): boolean =>
  exporters.some((exporter) => tlsKeys(exporter).length > 0)

const ADDRESS_KEY = /(^|_)(endpoints?|brokers)$/

/** Whether the whole address is the user's; the certificate at a vendor's own is always to be verified. */
const isOwnAddress = ({ fields, exporters }: CatalogueEntry): boolean => {
  const addresses = JSON.stringify(exporters.flatMap(({ config }) => valuesAt(config, ADDRESS_KEY)))
  return fields.some(
    ({ name, required, secret, default: preset }) =>
      required &&
      !secret &&
      preset === undefined &&
      [`"{{${name}}}"`, `"{{${name}}}/`, `"$split":"${name}"`].some((use) => addresses.includes(use)),
  )
}

/** A type with a field that switches TLS on asks for them only then. */
const SWITCH = 'tls'

const tlsFields = (entry: CatalogueEntry): CatalogueField[] => {
  const isSwitched = entry.fields.some(({ name }) => name === SWITCH)
  const all = isSwitched || isOwnAddress(entry) ? [...FIELDS, SKIP_VERIFY] : FIELDS
  return all.map((field) => (isSwitched ? { ...field, when: `${SWITCH}=true` } : field))
}

const withTlsConfig = (exporter: CatalogueExporter): CatalogueExporter => {
  const settings = tlsKeys(exporter).map((key): [string, unknown] => {
    const own = exporter.config[key]
    return [key, { ...(typeof own === 'object' ? own : {}), ...TEMPLATE }]
  })
  return { ...exporter, config: { ...exporter.config, ...Object.fromEntries(settings) } }
}

/** The entry with the fields for TLS, next to the one that switches it on. */
export const withTls = (entry: CatalogueEntry): CatalogueEntry => {
  if (!hasTlsFields(entry)) return entry
  const at = entry.fields.findIndex(({ name }) => name === SWITCH) + 1 || entry.fields.length
  return {
    ...entry,
    fields: [...entry.fields.slice(0, at), ...tlsFields(entry), ...entry.fields.slice(at)],
    exporters: entry.exporters.map(withTlsConfig),
  }
}
