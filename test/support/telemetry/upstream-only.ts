/** Destinations that the collector which is built here cannot be tried with. */

/** Their components were not served; those of upstream's image have them (docs/destinations.md). */
export const UPSTREAM_ONLY: ReadonlySet<string> = new Set([
  'azureblob',
  'azuremonitor',
  'cloudwatch',
  'elasticsearch',
  'googlecloudotlp',
  'logzio',
  's3',
  'signalfx',
  'splunkhec',
  'xray',
])

/** Extensions likewise. */
export const UPSTREAM_ONLY_EXTENSIONS: ReadonlySet<string> = new Set(['oauth2client'])

/** Whether a test of the catalogue needs one of them. */
export const needsUpstreamExtension = ({ fields }: { fields: Record<string, string> }): boolean =>
  fields['tokenUrl'] !== undefined

/** Those that do not start without an identity of the cloud. */
export const NEED_IDENTITY: ReadonlySet<string> = new Set(['googlecloud'])

/** Those whose address is a secret, of which no check sees whether it is one. */
export const SECRET_ADDRESS: ReadonlySet<string> = new Set(['sumologic'])

export const startsHere = (type: string): boolean => !UPSTREAM_ONLY.has(type) && !NEED_IDENTITY.has(type)
