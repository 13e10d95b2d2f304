import assert from 'node:assert/strict'
import {
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../../src/process/log.ts'
import type { Bytes } from '../../../src/queue-keeper/bolt/page.ts'
import { Damage } from '../../../src/queue-keeper/bolt/page.ts'
import { readTree } from '../../../src/queue-keeper/bolt/read.ts'
import type { Entry } from '../../../src/queue-keeper/bolt/write.ts'
import { writeBolt } from '../../../src/queue-keeper/bolt/write.ts'
import { claimsOf } from '../../../src/queue-keeper/claims.ts'
import { keepQueues } from '../../../src/queue-keeper/keep.ts'
import { metadataEntry, parseMetadata } from '../../../src/queue-keeper/queue-items.ts'

const PAGE = 4096
const log = createLog('test', 'silent')

const bytesOf = (content: Buffer): Bytes => ({
  size: content.length,
  read: (offset, length) => {
    if (offset + length > content.length) throw new Damage('cut off')
    return content.subarray(offset, offset + length)
  },
})

/** A message of `size` bytes with one field of text, number 15. */
const field = (size: number, text: string): Buffer => {
  if (size < 4) return Buffer.alloc(size)
  const length = size - 4
  const head = [0x7a, (length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14]
  return Buffer.concat([Buffer.from(head), Buffer.alloc(length, text)])
}

const request = (index: number, size: number): Entry => ({
  key: String(100_000 + index),
  length: size,
  // A field of a message that fills it: its number, its length, its content.
  read: () => field(size, `request ${index} `),
})

/** As if the first request had the number of the tests. */
const record = (count: number, bytes: number): Entry => {
  const { key, length, read } = metadataEntry(count, bytes)
  const message = read()
  message.writeBigUInt64LE(100_000n, 10)
  message.writeBigUInt64LE(BigInt(100_000 + count), 19)
  return { key, length, read: () => message }
}

const fileOf = (requests: readonly Entry[], recorded = requests.length): Buffer => {
  const parts: Buffer[] = []
  const sizeOf = requests.reduce((sum, { length }) => sum + length, 0)
  let content = Buffer.alloc(0)
  writeBolt([...requests, record(recorded, sizeOf)], (offset, bytes) => {
    if (offset + bytes.length > content.length)
      content = Buffer.concat([content], Math.max(offset + bytes.length, content.length * 2))
    bytes.copy(content, offset)
    parts.push(bytes)
  })
  return content.subarray(
    0,
    parts.reduce((sum, { length }) => sum + length, 0),
  )
}

const contentOf = (content: Buffer): { damage: string[]; values: Map<string, string> } => {
  const file = bytesOf(content)
  const values = new Map<string, string>()
  const damage = readTree(file, (key, { offset, length }) => void values.set(key, file.read(offset, length).toString()))
  return { damage, values }
}

describe('files of queues', () => {
  for (const [name, count, size] of [
    ['nothing', 0, 0],
    ['a small request', 1, 100],
    ['many small requests', 3000, 120],
    ['large requests', 40, 70_000],
    ['a request of exactly a page', 3, PAGE],
  ] as const)
    it(`are read as they were written: ${name}`, () => {
      const requests = Array.from({ length: count }, (_, index) => request(index, size))
      const { damage, values } = contentOf(fileOf(requests))
      assert.deepEqual(damage, [])
      assert.equal(values.size, count + 1)
      for (const { key, read } of requests) assert.equal(values.get(key), read().toString())
    })

  it('have a record of what waits', () => {
    const record = parseMetadata(metadataEntry(7, 700).read())
    assert.deepEqual(record, { readIndex: 10, writeIndex: 17, dispatched: [] })
    assert.equal(parseMetadata(Buffer.from('no record at all')), undefined)
  })
})

/** Numbers of a leaf and of the branch page of a file. */
const pagesOf = (content: Buffer): { leaf: number; branch: number } => {
  const kinds = Array.from({ length: content.length / PAGE }, (_, page) => content.readUInt16LE(page * PAGE + 8))
  return { leaf: 50, branch: kinds.lastIndexOf(1) }
}

describe('the queue keeper', () => {
  let folder = ''
  const claims = claimsOf({
    exporters: { 'otlp_http/a-1': { sending_queue: { storage: 'file_storage' } }, debug: {} },
    service: { pipelines: { 'traces/a': { exporters: ['otlp_http/a-1', 'debug'] } } },
  })
  const name = 'exporter_otlp_http_a-1_traces'
  const requests = Array.from({ length: 200 }, (_, index) => request(index, 3000))
  const pages = pagesOf(fileOf(requests))

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'odigos-keeper-'))
    writeFileSync(join(folder, name), fileOf(requests))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const overwrite = (offset: number, bytes: Buffer): void => {
    const descriptor = openSync(join(folder, name), 'r+')
    writeSync(descriptor, bytes, 0, bytes.length, offset)
    closeSync(descriptor)
  }

  it('names files as the collector does', () => assert.deepEqual([...claims.keys()], [name]))

  it('leaves a file in order alone', () => {
    const before = readFileSync(join(folder, name))
    assert.deepEqual(keepQueues(folder, claims, log), { damaged: [], removed: [], failed: [] })
    assert.deepEqual(readFileSync(join(folder, name)), before)
  })

  it('leaves an empty file alone, which a collector takes for a new one', () => {
    writeFileSync(join(folder, name), '')
    assert.deepEqual(keepQueues(folder, claims, log).damaged, [])
  })

  it('removes what no exporter claims, and nothing else', () => {
    for (const other of [
      'exporter_otlp_http_gone_traces',
      `${'ab'.repeat(32)}`,
      'exporter_otlp_http_gone_traces.damaged',
    ])
      writeFileSync(join(folder, other), 'x')
    for (const other of [`${name}.damaged`, `${name}.2026-11-27T10:00:00.000.backup`, 'notes.txt', 'tempdb123'])
      writeFileSync(join(folder, other), 'x')
    assert.equal(keepQueues(folder, claims, log).removed.length, 3)
    assert.deepEqual(readdirSync(folder).sort(), [
      name,
      `${name}.2026-11-27T10:00:00.000.backup`,
      `${name}.damaged`,
      'notes.txt',
      'tempdb123',
    ])
  })

  const DAMAGE: [string, () => void, number][] = [
    ['both meta pages', () => overwrite(0, Buffer.alloc(2 * PAGE, 0xff)), 200],
    ['the root page', () => overwrite(2 * PAGE, Buffer.alloc(PAGE)), 200],
    ['a page of a request', () => overwrite(pages.leaf * PAGE, Buffer.alloc(PAGE, 7)), 199],
    ['the header of each branch page', () => overwrite(pages.branch * PAGE, Buffer.alloc(16, 9)), 200],
    [
      'every second page',
      () => Array.from({ length: 60 }, (_, n) => overwrite((2 * n + 3) * PAGE, Buffer.alloc(16))),
      140,
    ],
    ['everything', () => overwrite(0, Buffer.alloc(fileOf(requests).length, 1)), 0],
    ['the second half of the file', () => truncateSync(join(folder, name), 100 * PAGE), 90],
  ]
  for (const [what, damage, minimum] of DAMAGE)
    it(`replaces a file in which ${what} is damaged by what is left of it`, () => {
      damage()
      const { damaged } = keepQueues(folder, claims, log)
      assert.equal(damaged.length, 1)
      const { recovered = 0 } = damaged[0] ?? {}
      assert.ok(recovered >= minimum, `${recovered} of 200 were recovered`)
      const { damage: left, values } = contentOf(readFileSync(join(folder, name)))
      assert.deepEqual(left, [])
      assert.equal(values.size, recovered + 1)
      const known = new Set(requests.map(({ read }) => read().toString()))
      values.delete('qmv0')
      for (const value of values.values()) assert.ok(known.has(value))
      assert.ok(readdirSync(folder).includes(`${name}.damaged`))
      assert.deepEqual(keepQueues(folder, claims, log).damaged, [])
    })

  it('recovers what was written after the only record that is left', () => {
    writeFileSync(join(folder, name), fileOf(requests, 199))
    overwrite(2 * PAGE, Buffer.alloc(PAGE))
    const { damaged } = keepQueues(folder, claims, log)
    assert.deepEqual([damaged[0]?.recovered, damaged[0]?.expected], [200, 200])
  })
})
