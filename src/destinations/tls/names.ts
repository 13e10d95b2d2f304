/** Names of the fields for TLS, which are the same for all types. Those of secrets are keys of the Destination's Secret. */
export const CA_FIELD = 'caPem'
export const CLIENT_CERTIFICATE_FIELD = 'clientCertificate'
export const CLIENT_KEY_FIELD = 'clientKey'
export const SERVER_NAME_FIELD = 'serverName'
export const SKIP_VERIFY_FIELD = 'skipVerify'

export const TLS_FIELD_NAMES: readonly string[] = [
  CA_FIELD,
  CLIENT_CERTIFICATE_FIELD,
  CLIENT_KEY_FIELD,
  SERVER_NAME_FIELD,
  SKIP_VERIFY_FIELD,
]
