/**
 * Lanes divide the telemetry that node collectors hand on. A workload belongs to one, by a hash of its name, so that the configuration of
 * node collectors needs to name no workload: what a lane leads to is decided by the Service that it sends to.
 */
import { createHash } from 'node:crypto'
import { WORKLOAD_KINDS } from '../workload-kinds.ts'

/** Each has a queue for each signal in every node collector. The first hexadecimal digit of a hash must tell the lane. */
export const LANES = 8

const NAMESPACE_ATTRIBUTE = 'k8s.namespace.name'

/** All Jobs of a namespace are in one lane, as the name of a Job can be that of one run of a CronJob. */
const laneKinds = WORKLOAD_KINDS.filter(({ kind }) => kind !== 'Job')

/** Resource attributes whose values, joined by a slash, are hashed. */
export const LANE_ATTRIBUTES: readonly string[] = [NAMESPACE_ATTRIBUTE, ...laneKinds.map(({ attribute }) => attribute)]

/** What collectors write in place of an attribute that is not there. */
const ABSENT = '<nil>'

const HEX_DIGITS = '0123456789abcdef'
const DIGITS_PER_LANE = HEX_DIGITS.length / LANES

/** First digits of the hashes (SHA-256) in a lane. */
export const laneDigits = (lane: number): string =>
  HEX_DIGITS.slice(lane * DIGITS_PER_LANE, (lane + 1) * DIGITS_PER_LANE)

export interface LaneWorkload {
  namespace: string
  kind: string
  name: string
}

/** The lane of a workload, from 0 to LANES - 1. */
export const laneOf = ({ namespace, kind, name }: LaneWorkload): number => {
  const values = [namespace, ...laneKinds.map((each) => (each.kind === kind ? name : ABSENT))]
  const [digit = '0'] = createHash('sha256').update(values.join('/')).digest('hex')
  return Math.floor(HEX_DIGITS.indexOf(digit) / DIGITS_PER_LANE)
}

/** Name of the Service that node collectors send a lane to. */
export const laneServiceName = (lane: number): string => `odigos-lane-${lane}`

export const DEDICATED_PREFIX = 'odigos-dedicated-'

/** Name of the CollectorsGroup for workloads of a lane that have collectors of their own. */
export const dedicatedGroupName = (lane: number): string => `${DEDICATED_PREFIX}${lane}`
