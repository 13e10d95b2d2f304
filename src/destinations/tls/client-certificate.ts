/** The client certificate and its key among the values of a Secret. */
import { secretValueFault } from '../secret-value.ts'
import { CLIENT_CERTIFICATE_FIELD, CLIENT_KEY_FIELD } from './names.ts'
import { certificatesFault, certificatesIn, isKeyOf, privateKeyFault } from './pem.ts'

const CHECKS: Readonly<Record<string, (text: string) => string | undefined>> = {
  [CLIENT_CERTIFICATE_FIELD]: certificatesFault,
  [CLIENT_KEY_FIELD]: privateKeyFault,
}

/** Files in PEM end with a line end; whether there is one makes no difference to collectors. */
const faultOf = (key: string, value: string): string | undefined => {
  const check = CHECKS[key]
  return check ? (check(value) ?? secretValueFault(value.trimEnd())) : secretValueFault(value)
}

/** What is wrong with the values of a Secret, by key; those without fault are absent. */
export const secretFaults = (values: readonly (readonly [string, string])[]): Record<string, string> => {
  const byKey = new Map(values)
  const faults = Object.fromEntries(
    values.flatMap(([key, value]) => {
      const fault = faultOf(key, value)
      return fault === undefined ? [] : [[key, fault] as const]
    }),
  )
  const [certificate, key] = [byKey.get(CLIENT_CERTIFICATE_FIELD), byKey.get(CLIENT_KEY_FIELD)]
  const areWhole = faults[CLIENT_CERTIFICATE_FIELD] === undefined && faults[CLIENT_KEY_FIELD] === undefined
  if (certificate === undefined || key === undefined || !areWhole || isKeyOf(key, certificate)) return faults
  return {
    ...faults,
    [CLIENT_KEY_FIELD]: `does not belong to the first certificate of ${CLIENT_CERTIFICATE_FIELD}: take both from the same pair, the client's own certificate before those of its authorities`,
  }
}

/** When the first certificate of a chain expires; undefined where there is none. */
export const chainExpiryMs = (text: string): number | undefined => {
  const times = certificatesIn(text).map(({ validToDate }) => validToDate.getTime())
  return times.length > 0 ? Math.min(...times) : undefined
}

/** When the last certificate of a bundle of authorities expires: until then, at least one may be of use. */
export const bundleExpiryMs = (text: string): number | undefined => {
  const times = certificatesIn(text).map(({ validToDate }) => validToDate.getTime())
  return times.length > 0 ? Math.max(...times) : undefined
}
