import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readContents } from '../../../../src/detector/proc/contents.ts'

const MANIFEST = 'Manifest-Version: 1.0\r\nPremain-Class: com.example.Agent\r\n'
const ARCHIVES = `
import sys, zipfile
folder = sys.argv[1]
for name, method in (("stored.jar", zipfile.ZIP_STORED), ("deflated.jar", zipfile.ZIP_DEFLATED)):
    with zipfile.ZipFile(folder + "/" + name, "w", method) as archive:
        archive.comment = b"a comment, PK\\5\\6 in it"
        archive.writestr("META-INF/MANIFEST.MF", sys.argv[2])
        archive.writestr("BOOT-INF/lib/opentelemetry-sdk-trace-1.40.0.jar", "x" * 10000)
        archive.writestr("com/example/Agent.class", "x")
        archive.writestr("io/opentelemetry/sdk/trace/SdkTracerProvider.class", "x")
        archive.writestr("large", "x" * 1000000)
`

describe('detector: folders and archives of a container', () => {
  const root = mkdtempSync(join(tmpdir(), 'contents-'))
  const read = (path: string): string | undefined =>
    readContents({ root, path, descriptorPath: (fd) => `/proc/self/fd/${fd}` })

  before(() => {
    mkdirSync(join(root, 'app/lib'), { recursive: true })
    writeFileSync(join(root, 'app/lib/b.jar'), 'none')
    writeFileSync(join(root, 'app/lib/a.jar'), '')
    symlinkSync('/app/lib', join(root, 'linked'))
    symlinkSync('loop', join(root, 'app/loop'))
    execFileSync('python3', ['-c', ARCHIVES, join(root, 'app'), MANIFEST])
  })
  after(() => rmSync(root, { recursive: true }))

  it('are files, as before', () => assert.equal(read('/app/lib/b.jar'), 'none'))

  it('folders are listed, through links too, and no others', () => {
    assert.equal(read('/app/lib/'), 'a.jar\nb.jar')
    assert.equal(read('/linked/'), 'a.jar\nb.jar')
    for (const path of ['/app/loop/', '/app/lib/b.jar/', '/missing/']) assert.equal(read(path), undefined, path)
  })

  for (const name of ['stored', 'deflated']) {
    it(`an archive is listed, and read (${name})`, () => {
      assert.deepEqual(read(`/app/${name}.jar!/`)?.split('\n'), [
        'BOOT-INF/lib/opentelemetry-sdk-trace-1.40.0.jar',
        'io/opentelemetry/sdk/trace/SdkTracerProvider.class',
      ])
      assert.equal(read(`/app/${name}.jar!/META-INF/MANIFEST.MF`), MANIFEST)
      assert.equal(read(`/app/${name}.jar!/missing`), undefined)
    })
  }

  it('a content that is too large when it is inflated is left out', () =>
    assert.equal(read('/app/deflated.jar!/large'), undefined))

  it('what is no archive is empty, and a damaged one does no harm', () => {
    assert.equal(read('/app/lib/b.jar!/'), '')
    assert.equal(read('/app/lib/a.jar!/META-INF/MANIFEST.MF'), undefined)
    assert.equal(read('/missing.jar!/'), undefined)
    truncateSync(join(root, 'app/stored.jar'), 9000)
    assert.equal(read('/app/stored.jar!/'), '')
  })
})
