import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRooted } from '../../../../src/detector/proc/rooted-file.ts'

describe('detector: files of a hostile container', () => {
  let outside = ''
  let root = ''
  const read = (path: string, maxBytes = 1000): string | undefined =>
    readRooted({ root, path, maxBytes, descriptorPath: (fd) => `/proc/self/fd/${fd}` })?.toString()

  before(() => {
    outside = mkdtempSync(join(tmpdir(), 'rooted-'))
    root = join(outside, 'root')
    mkdirSync(join(root, 'app/deep'), { recursive: true })
    mkdirSync(join(root, 'etc'))
    writeFileSync(join(outside, 'secret'), 'of the host')
    writeFileSync(join(root, 'app/release'), 'of the container')
    writeFileSync(join(root, 'etc/hostname'), 'container')
    const link = (target: string, path: string): void => symlinkSync(target, join(root, path))
    link('/etc/hostname', 'absolute')
    link('../../../../../../../../etc/hostname', 'app/deep/climbs')
    link(join(outside, 'secret'), 'to-secret')
    link('../secret', 'relative-out')
    link('/app', 'folder')
    link('/', 'slash')
    link('loop', 'loop')
    link('/proc/1/root/etc/hostname', 'via-proc')
    execFileSync('mkfifo', [join(root, 'fifo')])
  })
  after(() => rmSync(outside, { recursive: true }))

  it('are read, through links of folders and files too', () => {
    assert.equal(read('/app/release'), 'of the container')
    assert.equal(read('/folder/release'), 'of the container')
    assert.equal(read('/slash/slash/app/../app/./release'), 'of the container')
    assert.equal(read('/app/release', 6), 'of the')
  })

  it('links start at the root of the container and cannot climb out of it', () => {
    assert.equal(read('/absolute'), 'container')
    assert.equal(read('/app/deep/climbs'), 'container')
    assert.equal(read('/../../../etc/hostname'), 'container')
  })

  it('nothing outside is reached', () => {
    for (const path of ['/to-secret', '/relative-out', '/via-proc', '/../secret'])
      assert.equal(read(path), undefined, path)
  })

  it('no pipe, folder, loop or missing file is opened', () => {
    for (const path of ['/fifo', '/app', '/loop', '/missing', '/app/release/x', '/'])
      assert.equal(read(path), undefined, path)
  })
})
