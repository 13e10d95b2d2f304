/** Starts real collectors with strange Destinations, Actions and settings that pass every check of ours. */
import fc from 'fast-check'
import { configHash } from '../../src/collector/config.ts'
import type { ActionInput } from '../../src/collector/actions/processor.ts'
import { ownProcessors } from '../../src/collector/actions/actions.ts'
import { actionProblem } from '../../src/collector/actions/action-problem.ts'
import { selectorCondition } from '../../src/collector/ottl.ts'
import { gatewayConfig } from '../../src/collector/gateway.ts'
import type { Candidate } from '../../src/controllers/autoscaler/trial/culprits.ts'
import { searchCulprits } from '../../src/controllers/autoscaler/trial/culprits.ts'
import type { Verdict } from '../../src/controllers/autoscaler/trial/verdict.ts'
import type { RenderedDestination } from '../../src/destinations/render.ts'
import { renderDestination } from '../../src/destinations/render.ts'
import { secretFaults } from '../../src/destinations/tls/client-certificate.ts'
import { DISK } from '../support/collectors/settings.ts'
import { collectorStarts } from '../support/telemetry/collector-starts.ts'
import type { FuzzedAction, FuzzedDestination } from './arbitraries.ts'
import { actionArbitrary, destinationArbitrary, servedArbitrary } from './arbitraries.ts'
import { ENV, gatewayResources, gatheringGroups } from './groups.ts'
import type { FuzzedSettings } from './settings.ts'
import { settingsArbitrary } from './settings.ts'

export interface Finding {
  id: string
  input: unknown
  /** The collector's words. */
  words: string
}

export interface FuzzResult {
  rounds: number
  /** Inputs, and those of them that pass every check. */
  inputs: number
  accepted: number
  findings: Finding[]
}

export interface FuzzOptions {
  binary: string
  seed: number
  /** Whether another round begins, by the rounds that were. */
  goesOn: (rounds: number) => boolean
}

interface Part extends Candidate {
  input: unknown
  destination?: RenderedDestination
  env?: Record<string, string>
  action?: ActionInput
}

const RESOURCES = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }

const partOf = (fuzzed: FuzzedDestination, index: number): Part[] => {
  const { spec, secret, selected } = fuzzed
  const id = `destination-${index}`
  const rendered = {
    ...renderDestination({ name: id, uid: id, spec }, Object.keys(secret)),
    takes: selectorCondition(selected),
  }
  if (rendered.problems.length > 0 || Object.keys(secretFaults(Object.entries(secret))).length > 0) return []
  const env = Object.fromEntries(
    rendered.env.map(({ name, valueFrom }) => [name, secret[valueFrom?.secretKeyRef?.key ?? ''] ?? '']),
  )
  const components = [...rendered.exporters.map((exporter) => exporter.id), ...Object.keys(rendered.extensions)]
  return [{ id, components, input: fuzzed, destination: rendered, env }]
}

const partOfAction = (fuzzed: FuzzedAction, index: number): Part[] => {
  if (actionProblem(fuzzed.spec)) return []
  const id = `action-${index}`
  const action: ActionInput = { metadata: { name: id, namespace: 'odigos-system' }, ...fuzzed }
  return [{ id, components: ownProcessors([action]).map((each) => each.id), input: fuzzed, action }]
}

const ROUND = fc.record({
  destinations: fc.array(destinationArbitrary, { minLength: 6, maxLength: 10 }),
  actions: fc.array(actionArbitrary, { minLength: 4, maxLength: 8 }),
  served: servedArbitrary,
  settings: settingsArbitrary,
})
type Round = typeof ROUND extends fc.Arbitrary<infer Value> ? Value : never

const NOBODY = renderDestination(
  { name: 'nobody', spec: { type: 'debug', signals: ['traces', 'metrics', 'logs'], fields: {}, disabled: false } },
  [],
)

type Around = Pick<Round, 'served' | 'settings'>

const starts = (binary: string, parts: readonly Part[], { served, settings }: Around): Promise<Verdict> => {
  const resources = gatewayResources(settings) ?? RESOURCES
  const destinations = parts.flatMap(({ destination }) => destination ?? [])
  const actions = parts.flatMap(({ action }) => action ?? [])
  const env = Object.assign({}, ...parts.map((part) => part.env ?? {})) as Record<string, string>
  return collectorStarts(
    binary,
    (place) =>
      gatewayConfig({
        group: { resources },
        destinations: destinations.length > 0 ? destinations : [NOBODY],
        actions,
        disk: DISK,
        served,
        place,
      }),
    env,
  )
}

/** The culprits of a round, each with the collector's words; rejects where the collector does not start without any part. */
const culpritsOf = async (binary: string, parts: readonly Part[], around: Around): Promise<Finding[]> => {
  const verdicts = new Map<string, Verdict>()
  for (;;) {
    const search = searchCulprits(parts, (ids) => verdicts.get(configHash([...ids].toSorted())))
    if (search.state === 'Unfounded') throw new Error(`a collector does not start at all: ${search.message}`)
    if (search.state === 'Found')
      return [...search.culprits].map(([id, words]) => ({
        id,
        words,
        input: parts.find((part) => part.id === id)?.input,
      }))
    const some = parts.filter(({ id }) => search.ids.has(id))
    verdicts.set(configHash([...search.ids].toSorted()), await starts(binary, some, around))
  }
}

/** All parts have been made by their settings then, and one has begun to ask the API server, which there is none of. */
const NO_API_SERVER = /failed to start "k8s_cluster" receiver: failed to fetch group version details/

/** Collectors that do not start with the settings of a round, with their words. */
const refusedSettings = async (binary: string, settings: FuzzedSettings | undefined): Promise<Finding[]> => {
  const findings: Finding[] = []
  for (const [id, configOf] of settings ? gatheringGroups(settings) : []) {
    const verdict = await collectorStarts(binary, configOf, ENV)
    if (verdict.result === 'Failed' && !NO_API_SERVER.test(verdict.message))
      findings.push({ id, input: settings, words: verdict.message })
  }
  return findings
}

/** One round after the other, each a start of a gateway with some ten inputs, and of the collectors that gather what settings ask for. */
export const fuzzCollector = async ({ binary, seed, goesOn }: FuzzOptions): Promise<FuzzResult> => {
  const result: FuzzResult = { rounds: 0, inputs: 0, accepted: 0, findings: [] }
  while (goesOn(result.rounds)) {
    const [round] = fc.sample(ROUND, { numRuns: 1, seed: seed + result.rounds })
    if (!round) break
    const parts = [...round.destinations.flatMap(partOf), ...round.actions.flatMap(partOfAction)]
    result.rounds += 1
    result.inputs += round.destinations.length + round.actions.length + 1
    result.accepted += parts.length + (round.settings ? 1 : 0)
    result.findings.push(
      ...(await culpritsOf(binary, parts, round)),
      ...(await refusedSettings(binary, round.settings)),
    )
  }
  return result
}
