/** Which secret fields of a Destination have a value in its Secret: names only, kept in an annotation; pure. */
import type { DestinationSpec } from '../../api/kinds/destination.ts'
import { secretName } from '../destination-type.ts'

const STORED_SECRETS_ANNOTATION = 'odigos.io/stored-secrets'
/** Triggers the autoscaler after a change of the Secret, which it does not watch; an RFC 3339 time. */
const SECRET_CHANGED_ANNOTATION = 'odigos.io/secret-changed-at'

interface Owner {
  metadata: { name: string; annotations?: Record<string, string> }
  spec: DestinationSpec
}

/** The fields whose values the UI stored; undefined if someone else created the Secret, so that its keys are unknown. */
export const storedNames = ({ metadata, spec }: Owner): string[] | undefined => {
  if (spec.secretRef === undefined) return []
  if (spec.secretRef.name !== secretName(metadata.name)) return undefined
  return metadata.annotations?.[STORED_SECRETS_ANNOTATION]?.split(',').filter((name) => name !== '')
}

/** The secret fields of the type that need not be entered again. If the keys are unknown, all may be stored. */
export const storedFields = (owner: Owner, fields: readonly { name: string; secret: boolean }[]): string[] => {
  const stored = storedNames(owner)
  const secret = fields.filter((field) => field.secret).map(({ name }) => name)
  return stored ? secret.filter((name) => stored.includes(name)) : secret
}

/** Annotations of a Destination about its Secret: its keys (undefined if unknown), and the time of their last change. */
export const secretNotes = (names: readonly string[] | undefined, now?: string): Record<string, string> => ({
  ...(names === undefined ? {} : { [STORED_SECRETS_ANNOTATION]: names.join(',') }),
  ...(now === undefined ? {} : { [SECRET_CHANGED_ANNOTATION]: now }),
})
