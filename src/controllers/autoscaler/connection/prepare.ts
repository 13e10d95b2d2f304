/** What a test is to run: the rendered Destination, and the values of Secrets that must not be told. */
import { isDeepStrictEqual } from 'node:util'
import type { Destination, DestinationSpec } from '../../../api/kinds/destination.ts'
import type { KubeObject } from '../../../api/kubernetes.ts'
import { CONNECTION_TEST_LABEL } from '../../../api/names.ts'
import type { ConnectionTestRequest } from '../../../api/reports/connection-test.ts'
import { catalogue } from '../../../destinations/catalogue.ts'
import { addressesOf } from '../../../destinations/hosts.ts'
import type { RenderedDestination, RenderedExporter } from '../../../destinations/render.ts'
import { renderDestination } from '../../../destinations/render.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { KubeClient } from '../../../kube/types.ts'
import { destinationProblems, refusalBy } from '../acceptance.ts'
import { secretValues, secretView } from '../secrets.ts'

/** A request that cannot be served; the message is for the user. */
export class ConnectionTestProblem extends Error {}

export interface PrepareOptions {
  client: Pick<KubeClient, 'get'>
  /** Namespace of Odigos. */
  namespace: string
  /** Those that count. */
  destinations: () => readonly Destination[]
  /** Hosts that they may send to; absent where all are allowed. */
  allowedHosts: () => readonly string[] | undefined
}

export interface Prepared {
  rendered: RenderedDestination
  /** Values of the Secrets that are used. */
  values: string[]
  /** Name of the Secret to check where credentials are refused; absent where the values were only entered for the test. */
  secret?: string
}

/** Name of what is tested, in its configuration. */
const NAME = 'connection-test'

const TLS_KEY = /(^|_)tls$/

/** Where an extension sends secrets to, if anywhere. */
const placesOfExtensions = ({ extensions }: RenderedDestination): unknown[] =>
  Object.entries(extensions).flatMap(([id, { token_url: url, tls }]) =>
    url === undefined ? [] : [[id.split('/')[0], url, tls]],
  )

const placeOf = (exporter: RenderedExporter): unknown => [
  exporter.id.split('/')[0],
  addressesOf(exporter),
  Object.entries(exporter.config).filter(([key]) => TLS_KEY.test(key)),
]

/** Whether a Destination sends to all of these addresses already, as safely. */
const sendsThere = (stored: DestinationSpec, spec: DestinationSpec, keys: string[]): boolean => {
  if (stored.type !== spec.type) return false
  const placesOf = (each: DestinationSpec): unknown[] => {
    const rendered = renderDestination({ name: NAME, spec: { ...each, disabled: false } }, keys)
    return [...rendered.exporters.map(placeOf), ...placesOfExtensions(rendered)]
  }
  const known = placesOf({ ...stored, signals: spec.signals })
  return placesOf(spec).every((place) => known.some((each) => isDeepStrictEqual(each, place)))
}

/**
 * Whoever reaches the autoscaler can ask for a test, so that a Secret goes only where it goes already, or anywhere if whoever may write it
 * has given it the label.
 */
const mayUse = (secret: KubeObject, spec: DestinationSpec, destinations: readonly Destination[]): boolean => {
  if (secret.metadata.labels?.[CONNECTION_TEST_LABEL] === 'allowed') return true
  const { keys } = secretView(secret)
  return destinations.some(
    (stored) => stored.spec.secretRef?.name === secret.metadata.name && sendsThere(stored.spec, spec, keys),
  )
}

const notAllowed = (name: string): ConnectionTestProblem =>
  new ConnectionTestProblem(
    `the values of Secret ${name} are only sent where a Destination with it sends already: enter them again to test another address or other settings of TLS, or give the Secret the label ${CONNECTION_TEST_LABEL}=allowed`,
  )

interface Secrets {
  stored?: KubeObject | undefined
  entered?: KubeObject | undefined
  /** Whether there is one whose values are not needed. */
  isUnused?: true
}

/** Values that were entered come before those that are stored. */
const merged = ({ stored, entered }: Secrets, cleared: readonly string[]): KubeObject | undefined => {
  if (!stored && !entered) return undefined
  const dataOf = (secret: KubeObject | undefined): [string, unknown][] => Object.entries(secret?.['data'] ?? {})
  const kept = dataOf(stored).filter(([key]) => !cleared.includes(key))
  const data = Object.fromEntries([...kept, ...dataOf(entered)])
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: '' }, data }
}

/** The variables, each from the Secret that has its value. */
const withOrigin = (
  rendered: RenderedDestination,
  enteredKeys: readonly string[],
  entered: string | undefined,
): RenderedDestination => ({
  ...rendered,
  env: rendered.env.map((variable) => {
    const reference = variable.valueFrom?.secretKeyRef
    if (!reference || entered === undefined || !enteredKeys.includes(reference.key)) return variable
    return { ...variable, valueFrom: { secretKeyRef: { ...reference, name: entered } } }
  }),
})

const keysOf = (secret: KubeObject | undefined): string[] => (secret ? secretView(secret).keys : [])

const originOf = ({ stored, entered }: Secrets, key: string): KubeObject | undefined =>
  keysOf(entered).includes(key) ? entered : stored

/** Whether the type has a secret field whose value only the stored Secret has. */
const needsStored = (secrets: Secrets, spec: DestinationSpec, cleared: readonly string[]): boolean =>
  (catalogue.get(spec.type)?.fields ?? [])
    .filter(({ name, secret }) => secret && !cleared.includes(name) && keysOf(secrets.stored).includes(name))
    .some(({ name }) => originOf(secrets, name) === secrets.stored)

const readSecrets = async (
  { client, namespace, destinations }: PrepareOptions,
  { enteredSecretRef, clearedKeys }: ConnectionTestRequest,
  spec: DestinationSpec,
): Promise<Secrets> => {
  const read = (name: string) => client.get<KubeObject>({ type: RESOURCES.secrets, namespace, name })
  const secrets = {
    stored: spec.secretRef && (await read(spec.secretRef.name)),
    entered: enteredSecretRef && (await read(enteredSecretRef.name)),
  }
  const { stored, entered } = secrets
  if (enteredSecretRef && !entered) throw new ConnectionTestProblem(`Secret ${enteredSecretRef.name} does not exist`)
  if (entered && !mayUse(entered, spec, [])) throw notAllowed(entered.metadata.name)
  if (!stored) return { entered }
  if (!needsStored(secrets, spec, clearedKeys)) return { entered, isUnused: true }
  if (!mayUse(stored, spec, destinations())) throw notAllowed(stored.metadata.name)
  return secrets
}

/** Renders what is to be tested, by the rules for Destinations. */
const render = (
  { spec, enteredSecretRef, clearedKeys }: ConnectionTestRequest,
  secrets: Secrets,
  allowed: readonly string[] | undefined,
): Pick<Prepared, 'rendered' | 'values'> => {
  const secret = merged(secrets, clearedKeys)
  const view = secret && secretView(secret)
  const secretRef = spec.secretRef ?? enteredSecretRef
  const whole = { ...spec, disabled: false, ...(secretRef ? { secretRef } : {}) }
  // A Secret that exists, and of which nothing is used, is not missing.
  const rendered = renderDestination({ name: NAME, spec: whole }, view?.keys ?? (secrets.isUnused ? [] : undefined))
  const refusal = refusalBy(destinationProblems(rendered, view, allowed))
  if (refusal) throw new ConnectionTestProblem(`${refusal.reason}: ${refusal.message}`)
  return { rendered, values: secret ? secretValues(secret).map(([, value]) => value) : [] }
}

/** Rejects with a ConnectionTestProblem where a Destination would be refused. */
export const prepare = async (options: PrepareOptions, request: ConnectionTestRequest): Promise<Prepared> => {
  const secrets = await readSecrets(options, request, request.spec)
  const { rendered, values } = render(request, secrets, options.allowedHosts())
  const { stored, entered } = secrets
  const isStored = rendered.env.some(
    ({ valueFrom }) => originOf(secrets, valueFrom?.secretKeyRef?.key ?? '') === stored,
  )
  return {
    rendered: withOrigin(rendered, keysOf(entered), entered?.metadata.name),
    values,
    ...(stored && isStored ? { secret: stored.metadata.name } : {}),
  }
}
