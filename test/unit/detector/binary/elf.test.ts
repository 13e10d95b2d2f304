import assert from 'node:assert/strict'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parseElf } from '../../../../src/detector/binary/elf.ts'
import { versionOf } from '../../../../src/detector/binary/go-build-info.ts'
import { searchMarkers } from '../../../../src/detector/binary/markers.ts'

const reader =
  (bytes: Buffer) =>
  (offset: number, length: number): Buffer =>
    bytes.subarray(offset, offset + length)

/** A program with one writable segment, mapped at `address`, and the sections that are named. */
const program = (data: Buffer, sections: { name: string; offset: number; size: number }[] = []): Buffer => {
  const address = 0x400000
  const names = Buffer.from(`\0${sections.map(({ name }) => `${name}\0`).join('')}.shstrtab\0`, 'latin1')
  const headerSize = 64 + 56
  const namesAt = headerSize + data.length
  const sectionsAt = namesAt + names.length
  const bytes = Buffer.alloc(sectionsAt + (sections.length + 2) * 64)
  bytes.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  bytes.writeBigUInt64LE(64n, 32)
  bytes.writeUInt16LE(56, 54)
  bytes.writeUInt16LE(1, 56)
  if (sections.length > 0) {
    bytes.writeBigUInt64LE(BigInt(sectionsAt), 40)
    bytes.writeUInt16LE(64, 58)
    bytes.writeUInt16LE(sections.length + 2, 60)
    bytes.writeUInt16LE(sections.length + 1, 62)
  }
  bytes.writeUInt32LE(1, 64)
  bytes.writeUInt32LE(6, 68)
  bytes.writeBigUInt64LE(BigInt(headerSize), 72)
  bytes.writeBigUInt64LE(BigInt(address), 80)
  bytes.writeBigUInt64LE(BigInt(data.length), 96)
  data.copy(bytes, headerSize)
  names.copy(bytes, namesAt)
  const all = [
    ...sections.map((s) => ({ ...s, offset: s.offset + headerSize })),
    { name: '.shstrtab', offset: namesAt, size: names.length },
  ]
  all.forEach(({ name, offset, size }, i) => {
    const at = sectionsAt + (i + 1) * 64
    bytes.writeUInt32LE(names.indexOf(`${name}\0`, 'latin1'), at)
    bytes.writeBigUInt64LE(BigInt(offset), at + 24)
    bytes.writeBigUInt64LE(BigInt(size), at + 32)
  })
  return bytes
}

const MODULES = `${'0'.repeat(16)}path\texample.com/app/cmd\nmod\texample.com/app\tv1.0.0\ndep\tgolang.org/x/net\tv0.1.0\th1:x\nbuild\tCGO_ENABLED=0\n${'0'.repeat(16)}`
const EXPECTED = { version: '1.16.3', main: 'example.com/app', dependencies: ['golang.org/x/net@v0.1.0'] }

const magic = (pointerSize: number, flags: number): Buffer =>
  Buffer.concat([Buffer.from('\xff Go buildinf:', 'latin1'), Buffer.from([pointerSize, flags])])

const varint = (text: string): Buffer => {
  const length = text.length
  const prefix = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7]
  return Buffer.concat([Buffer.from(prefix), Buffer.from(text, 'latin1')])
}

const inlineInfo = (version: string): Buffer =>
  Buffer.concat([magic(8, 2), Buffer.alloc(16), varint(version), varint(MODULES)])

/** As before Go 1.18: two addresses of Go strings, each an address and a length. */
const pointedInfo = (version: string): Buffer => {
  const base = 0x400000n
  const bytes = Buffer.concat([magic(8, 0), Buffer.alloc(48), Buffer.from(version), Buffer.from(MODULES)])
  bytes.writeBigUInt64LE(base + 32n, 16)
  bytes.writeBigUInt64LE(base + 48n, 24)
  bytes.writeBigUInt64LE(base + 64n, 32)
  bytes.writeBigUInt64LE(BigInt(version.length), 40)
  bytes.writeBigUInt64LE(base + 64n + BigInt(version.length), 48)
  bytes.writeBigUInt64LE(BigInt(MODULES.length), 56)
  return bytes
}

describe('detector: ELF', () => {
  it('reads the program that runs this test', () => {
    const file = openSync(process.execPath, 'r')
    const { size } = fstatSync(file)
    let bytesRead = 0
    const facts = parseElf((offset, length) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)))
      bytesRead += bytes.length
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset))
    })
    closeSync(file)
    assert.match(facts?.interpreter ?? '', /^\/lib.*\/ld-/)
    assert.ok(facts?.needed.some((name) => name.startsWith('libc.')))
    assert.ok(facts?.sections.includes('.text'))
    assert.equal(facts?.go, undefined)
    assert.ok(bytesRead < 2 * 1024 * 1024, `${bytesRead} bytes of ${size} were read`)
  })

  it('reads the build information of Go, inline and pointed to, with and without section headers', () => {
    for (const data of [inlineInfo('go1.16.3'), pointedInfo('go1.16.3')]) {
      const section = { name: '.go.buildinfo', offset: 0, size: data.length }
      assert.deepEqual(parseElf(reader(program(data, [section])))?.go, EXPECTED)
      assert.deepEqual(parseElf(reader(program(data)))?.go, EXPECTED)
    }
  })

  it('knows Go by its tables alone', () => {
    const section = { name: '.gopclntab', offset: 0, size: 8 }
    assert.deepEqual(parseElf(reader(program(Buffer.alloc(8), [section])))?.go, { dependencies: [] })
  })

  it('versions of Go', () => {
    const versions = ['go1.17', 'go1.22rc1', 'devel go1.23-abc123 Mon', 'go1.25.1 X:nodwarf5', 'go1.24-beta', ''].map(
      (text) => versionOf(text).version,
    )
    assert.deepEqual(versions, ['1.17', '1.22rc1', '1.23-devel', '1.25.1', '1.24', undefined])
  })

  it('survives anything', () => {
    const valid = program(inlineInfo('go1.16.3'), [{ name: '.go.buildinfo', offset: 0, size: 400 }])
    assert.equal(parseElf(reader(Buffer.from('#!/bin/sh\n'))), undefined)
    for (let length = 0; length < valid.length; length += 3) parseElf(reader(valid.subarray(0, length)))
    for (let at = 0; at < valid.length; at++) {
      const broken = Buffer.from(valid)
      broken[at] = 0xff
      parseElf(reader(broken))
    }
  })
})

describe('detector: markers', () => {
  it('are found with their context, also across the border of two chunks', () => {
    const marker = Buffer.from('nodejs.org/download/release/v20.11.1/node-v20.11.1.tar.gz')
    for (const at of [0, 1024 * 1024 - 20, 3 * 1024 * 1024 - 1]) {
      const bytes = Buffer.alloc(4 * 1024 * 1024)
      marker.copy(bytes, at)
      assert.match(searchMarkers(reader(bytes), bytes.length, ['nodeRelease']).nodeRelease ?? '', /v20\.11\.1/)
    }
  })

  it('hold the bytes before them', () => {
    const signature = '8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae'
    const bytes = Buffer.concat([
      Buffer.alloc(50),
      Buffer.from('1000000000000000', 'hex'),
      Buffer.from(signature, 'hex'),
    ])
    const { dotnetBundle } = searchMarkers(reader(bytes), bytes.length, ['dotnetBundle', 'rustc'])
    assert.equal(dotnetBundle?.charCodeAt(0), 0x10)
    assert.deepEqual(searchMarkers(reader(bytes), bytes.length, ['rustc']), {})
  })
})
