/**
 * Puts the queues of a collector in order before it starts. A collector does not start with a damaged file, and nothing else would
 * ever remove it; and what a former Destination left would stay for ever.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DamagedQueue } from '../api/reports/queue-report.ts'
import type { Log } from '../process/log.ts'
import type { Bytes } from './bolt/page.ts'
import { Damage } from './bolt/page.ts'
import { readTree } from './bolt/read.ts'
import { writeBolt } from './bolt/write.ts'
import type { Claim } from './claims.ts'
import { isQueueFile, queueOf } from './claims.ts'
import { salvage } from './salvage.ts'

export interface KeptQueues {
  damaged: DamagedQueue[]
  /** Files that no exporter claims. */
  removed: string[]
  /** Files that could be neither read nor moved. */
  failed: string[]
}

/** Most reads are small and near the one before. */
const BLOCK = 16_384

const bytesOf = (descriptor: number): Bytes => {
  const { size } = fstatSync(descriptor)
  let block = { offset: 0, bytes: Buffer.alloc(0) }
  const readAt = (offset: number, length: number) => {
    const bytes = Buffer.allocUnsafe(length)
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset))
  }
  return {
    size,
    read: (offset, length) => {
      if (offset + length > size) throw new Damage('the file is cut off')
      if (length > BLOCK / 4) return readAt(offset, length)
      const isWithin = offset >= block.offset && offset + length <= block.offset + block.bytes.length
      if (!isWithin) block = { offset, bytes: readAt(offset, BLOCK) }
      return block.bytes.subarray(offset - block.offset, offset - block.offset + length)
    },
  }
}

const withFile = <Result>(path: string, flags: string, use: (descriptor: number) => Result): Result => {
  const descriptor = openSync(path, flags, 0o600)
  try {
    return use(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Replaces a damaged file by one with what could be read of it, and keeps it aside. Returns nothing for one in order. */
const mend = (path: string): Omit<DamagedQueue, keyof Claim> | undefined => {
  const salvaged = withFile(path, 'r', (descriptor) => {
    const file = bytesOf(descriptor)
    // A collector that ended before its first write leaves an empty file, which it takes for a new one.
    if (file.size === 0 || readTree(file, () => undefined).length === 0) return undefined
    const result = salvage(file)
    withFile(`${path}.salvaged`, 'w', (target) =>
      writeBolt(result.entries, (offset, bytes) => void writeSync(target, bytes, 0, bytes.length, offset)),
    )
    return result
  })
  if (!salvaged) return undefined
  renameSync(path, `${path}.damaged`)
  renameSync(`${path}.salvaged`, path)
  const { recovered, expected } = salvaged
  return { recovered, ...(expected === undefined ? {} : { expected }) }
}

/** One that cannot even be salvaged, for want of disk space for example, is only moved aside. */
const mendOrMove = (path: string, log: Log): Omit<DamagedQueue, keyof Claim> | undefined => {
  try {
    return mend(path)
  } catch (error) {
    log.error({ err: error, path }, 'a damaged queue could not be read, and is moved aside')
    rmSync(`${path}.salvaged`, { force: true })
    renameSync(path, `${path}.damaged`)
    return { recovered: 0 }
  }
}

/** Whether a file belongs to a queue, or is what was left of one, that no exporter claims. */
const isUnclaimed = (name: string, claims: ReadonlyMap<string, Claim>): boolean =>
  isQueueFile(name) && !claims.has(queueOf(name))

/**
 * `claims` are by the name of the file. Whatever happens to one file, the others are looked at. `onFile` is called with the path of each
 * before it is read.
 */
export const keepQueues = (
  directory: string,
  claims: ReadonlyMap<string, Claim>,
  log: Log,
  onFile: (path: string) => void = () => undefined,
): KeptQueues => {
  const kept: KeptQueues = { damaged: [], removed: [], failed: [] }
  const look = (path: string, claim: Claim): void => {
    onFile(path)
    const damage = mendOrMove(path, log)
    if (damage) kept.damaged.push({ ...claim, ...damage })
  }
  for (const { name } of readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile())) {
    const path = join(directory, name)
    const claim = claims.get(name)
    try {
      if (claim) look(path, claim)
      else if (isUnclaimed(name, claims)) {
        rmSync(path)
        kept.removed.push(name)
      }
    } catch (error) {
      log.error({ err: error, path }, 'a queue could not be looked at')
      kept.failed.push(name)
    }
  }
  return kept
}
