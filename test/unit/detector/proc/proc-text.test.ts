import assert from 'node:assert/strict'
import {
  parseArguments,
  parseIsSecure,
  parseListeningInodes,
  parseMappedPaths,
  parseStartSeconds,
  parseStatus,
  splitNul,
  withoutDeleted,
} from '../../../../src/detector/proc/proc-text.ts'

describe('detector: text of the kernel', () => {
  it('arguments, also where a title was written over them', () => {
    assert.deepEqual(parseArguments('node\0server.js\0'), ['node', 'server.js'])
    assert.deepEqual(parseArguments('nginx: master process nginx\0\0\0\0  '), ['nginx: master process nginx'])
    assert.deepEqual(parseArguments(''), [])
    assert.deepEqual(splitNul('A=1\0B=\0'), ['A=1', 'B='])
  })

  it('arguments of a megabyte of blanks, in time that grows with their length', () => {
    const msOf = (length: number): number => {
      const start = performance.now()
      parseArguments(`${' '.repeat(length)}x`)
      return performance.now() - start
    }
    // Of quadratic time it would be 256 times as much: many minutes.
    assert.ok(msOf(1 << 20) < 40 * Math.max(msOf(1 << 16), 5))
  }).timeout(10_000)

  it('status, in a namespace of its own and without one', () => {
    const status = 'Name:\tnode\nState:\tS (sleeping)\nPPid:\t7\nNSpid:\t812\t1\nVmRSS:\t  46000 kB\n'
    assert.deepEqual(parseStatus(status), { comm: 'node', parentPid: 7, namespacePid: 1, rssKiB: 46_000, state: 'S' })
    assert.equal(parseStatus('Name:\tkthreadd\nState:\tS\nPPid:\t0\n').rssKiB, 0)
  })

  it('the start, although the name has blanks and brackets', () => {
    const fields = Array.from({ length: 30 }, (_, i) => (i === 19 ? '4200' : '0')).join(' ')
    assert.equal(parseStartSeconds(`12 (a) b) ${fields}`), 42)
  })

  it('mapped files, with blanks and removed ones, each once', () => {
    const maps = [
      '7f00-7f01 r-xp 00000000 08:01 42  /usr/lib/my lib.so (deleted)',
      '7f02-7f03 rw-p 00001000 08:01 42  /usr/lib/my lib.so',
      '7f04-7f05 rw-p 00000000 00:00 0   [heap]',
      '7f06-7f07 rw-p 00000000 00:00 0 ',
    ].join('\n')
    assert.deepEqual(parseMappedPaths(maps), ['/usr/lib/my lib.so'])
    assert.equal(withoutDeleted('/usr/bin/node (deleted)'), '/usr/bin/node')
  })

  it('AT_SECURE', () => {
    const auxv = (...words: bigint[]): Buffer => {
      const bytes = Buffer.alloc(words.length * 8)
      words.forEach((word, i) => bytes.writeBigUInt64LE(word, i * 8))
      return bytes
    }
    assert.equal(parseIsSecure(auxv(6n, 4096n, 23n, 1n, 0n, 0n)), true)
    assert.equal(parseIsSecure(auxv(6n, 4096n, 23n, 0n, 0n, 0n)), false)
    assert.equal(parseIsSecure(Buffer.alloc(7)), false)
  })

  it('listening sockets, not connections', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0',
      '   1: 0100007F:1F90 0100007F:A000 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1',
    ].join('\n')
    assert.deepEqual(parseListeningInodes(table), ['4711'])
  })
})
