/** Destinations for which the volume of the queues has no room are refused, instead of promising its space twice. Pure. */
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

/** Refusals by the name of the Destination; those that were created first have room first. */
export const refuseBeyondRoom = (candidates: readonly Candidate[], disk: Disk): Map<string, Refusal> => {
  const refusals = new Map<string, Refusal>()
  let taken = 0
  for (const { name, rendered } of candidates.toSorted(isOlder)) {
    const needed = queuesOf(rendered)
    if (taken + needed > maxQueues(disk)) refusals.set(name, refusal(disk, taken, needed))
    else taken += needed
  }
  return refusals
}
