import assert from 'node:assert/strict'
import { isSameImage, parseImage } from '../../../../src/inject/pod/image-reference.ts'

describe('an image reference', () => {
  const cases: Record<string, object> = {
    node: { repository: 'docker.io/library/node' },
    'team/app:1': { repository: 'docker.io/team/app', tag: '1' },
    'index.docker.io/node:22': { repository: 'docker.io/library/node', tag: '22' },
    'localhost/app': { repository: 'localhost/app' },
    'registry:5000/app': { repository: 'registry:5000/app' },
    'registry.test/a/b:v1@sha256:00': { repository: 'registry.test/a/b', tag: 'v1', digest: 'sha256:00' },
  }
  for (const [reference, parts] of Object.entries(cases)) {
    it(reference, () => assert.deepEqual(parseImage(reference), parts))
  }

  // A pattern that backtracks takes minutes here: the test then runs into mocha's limit.
  it('of any text is taken apart', () => {
    for (const text of ['@', '\n@', ':', '/', '@:/']) {
      const hostile = `${text.repeat(200_000)}\n`
      isSameImage(hostile, 'app')
      parseImage(hostile)
    }
  })
})
