/**
 * Destinations for which the volume of the queues, or the configuration of collectors, has no room are refused, instead of promising its space
 * twice. Pure.
 */
import type { Disk } from '../../collector/delivery/disk.ts'
import { maxQueues, MIN_QUEUE_BYTES } from '../../collector/delivery/disk.ts'
import type { RenderedDestination } from '../../destinations/render.ts'
import { queuesOf } from '../../destinations/render.ts'
import type { Refusal } from '../accepted-status.ts'

const MiB = 2 ** 20

interface Candidate {
  name: string
  /** RFC 3339. */
  createdAt: string
  rendered: RenderedDestination
}

const isOlder = (a: Candidate, b: Candidate): number =>
  a.createdAt === b.createdAt ? (a.name < b.name ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1

const refusal = (disk: Disk, taken: number, needed: number): Refusal => ({
  reason: 'NoQueueSpace',
  message:
    `the queue volume of ${Math.floor(disk.bytes / MiB)}Mi has room for ${maxQueues(disk)} queues of at least ` +
    `${MIN_QUEUE_BYTES / MiB}Mi; older Destinations use ${taken}, and this one needs ${needed}, one for each signal`,
})

/** Of a ConfigMap, which holds 1 MiB with everything. */
const MAX_SOURCES_KIB = 384

/** How much of the configuration its sources take, which are in it once for each signal. */
const sourcesKiB = ({ takes = '', exporters }: RenderedDestination): number =>
  Math.ceil((takes.length * new Set(exporters.flatMap(({ signals }) => signals)).size) / 1024)

const tooBroad = (taken: number, needed: number): Refusal => ({
  reason: 'SelectorTooBroad',
  message: `what spec.sources matches takes ${needed} KiB of the configuration of collectors; all Destinations may take ${MAX_SOURCES_KIB} KiB, and older ones take ${taken}`,
})

/** Refusals by the name of the Destination; those that were created first have room first. */
export const refuseBeyondRoom = (candidates: readonly Candidate[], disk: Disk): Map<string, Refusal> => {
  const refusals = new Map<string, Refusal>()
  let taken = 0
  let takenKiB = 0
  for (const { name, rendered } of candidates.toSorted(isOlder)) {
    const needed = queuesOf(rendered)
    const kib = sourcesKiB(rendered)
    if (taken + needed > maxQueues(disk)) refusals.set(name, refusal(disk, taken, needed))
    else if (takenKiB + kib > MAX_SOURCES_KIB) refusals.set(name, tooBroad(takenKiB, kib))
    else {
      taken += needed
      takenKiB += kib
    }
  }
  return refusals
}
