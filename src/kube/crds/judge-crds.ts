/** What is to be done about the CustomResourceDefinitions of a cluster: pure. */
import { API_GROUP, FIRST_RELEASE, MANAGED_BY, MANAGED_BY_LABEL, RELEASE } from '../../api/names.ts'
import { compareVersions } from './compare-versions.ts'

/** What counts of a CustomResourceDefinition of our API group in the cluster. */
export interface FoundCrd {
  name: string
  /** Whether it has our label. */
  isOurs: boolean
  /** Release that applied it; undefined where it does not say. */
  release: string | undefined
  contentHash: string | undefined
  /** Why the API server does not serve it, or undefined where it does. */
  notEstablished: string | undefined
  isBeingDeleted: boolean
}

export interface WantedCrd {
  name: string
  /** Given by the process that applies them: another content of the same release is replaced too. */
  contentHash?: string | undefined
}

/**
 * - `refuse`: definitions of the group belong to another product; nothing of it may be touched.
 * - `apply`: those of `names` are missing or older than this release.
 * - `wait`: the API server is not done with them.
 * - `go`: all are in place; those of `newer` are of a newer release, which accepts what this one writes.
 */
export type CrdVerdict =
  | { do: 'refuse'; message: string }
  | { do: 'apply'; names: string[]; message: string }
  | { do: 'wait'; message: string }
  | { do: 'go'; newer: string[] }

const REMEDY_FOR_FOREIGN =
  'Uninstall that product with its own tool, including its CustomResourceDefinitions, or install Odigos in another cluster'

const definitions = (names: readonly string[]): string =>
  `the CustomResourceDefinition${names.length > 1 ? 's' : ''} ${names.join(', ')}`
const are = (names: readonly string[]): string => (names.length > 1 ? 'are' : 'is')

const refusal = (names: readonly string[]): string =>
  `${definitions(names)} of the API group ${API_GROUP} ${names.length > 1 ? 'belong' : 'belongs'} to another product ` +
  `(no label ${MANAGED_BY_LABEL}=${MANAGED_BY}), which is left untouched. ${REMEDY_FOR_FOREIGN}`

const releaseOf = ({ release }: FoundCrd): string => release ?? FIRST_RELEASE

const isOutdated = (found: FoundCrd, wanted: WantedCrd): boolean => {
  const age = compareVersions(releaseOf(found), RELEASE)
  return age < 0 || (age === 0 && wanted.contentHash !== undefined && found.contentHash !== wanted.contentHash)
}

interface Pair {
  wanted: WantedCrd
  found: FoundCrd | undefined
}

const outdatedMessage = (missing: readonly string[], outdated: readonly FoundCrd[]): string => {
  const parts = missing.length > 0 ? [`${definitions(missing)} ${are(missing)} missing`] : []
  const names = outdated.map(({ name }) => name)
  const releases = [...new Set(outdated.map(releaseOf))].join(', ')
  if (names.length > 0) parts.push(`${definitions(names)} ${are(names)} of release ${releases}`)
  return `${parts.join('; ')}; this process needs release ${RELEASE}`
}

const applyVerdict = (pairs: readonly Pair[]): CrdVerdict | undefined => {
  const missing = pairs.filter(({ found }) => !found).map(({ wanted }) => wanted.name)
  const outdated = pairs.flatMap(({ found, wanted }) => (found && isOutdated(found, wanted) ? [found] : []))
  const names = [...missing, ...outdated.map(({ name }) => name)]
  return names.length > 0 ? { do: 'apply', names, message: outdatedMessage(missing, outdated) } : undefined
}

const waitVerdict = (found: readonly FoundCrd[]): CrdVerdict | undefined => {
  const late = found.find(({ notEstablished }) => notEstablished !== undefined)
  return late && { do: 'wait', message: `${definitions([late.name])} is not established: ${late.notEstablished}` }
}

/**
 * `found` are all CustomResourceDefinitions of our API group, those that are not `wanted` too: with our label they are of
 * another release of ours and stay as they are.
 */
export const judgeCrds = (found: readonly FoundCrd[], wanted: readonly WantedCrd[]): CrdVerdict => {
  const foreign = found.filter(({ isOurs }) => !isOurs).map(({ name }) => name)
  if (foreign.length > 0) return { do: 'refuse', message: refusal(foreign) }
  const pairs = wanted.map((each): Pair => ({ wanted: each, found: found.find(({ name }) => name === each.name) }))
  const needed = pairs.flatMap((pair) => (pair.found ? [pair.found] : []))
  const leaving = needed.filter(({ isBeingDeleted }) => isBeingDeleted).map(({ name }) => name)
  if (leaving.length > 0) return { do: 'wait', message: `${definitions(leaving)} ${are(leaving)} being deleted` }
  const newer = needed.filter((each) => compareVersions(releaseOf(each), RELEASE) > 0).map(({ name }) => name)
  return applyVerdict(pairs) ?? waitVerdict(needed) ?? { do: 'go', newer }
}
