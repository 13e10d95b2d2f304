import assert from 'node:assert/strict'
import { imageVersion } from '../../../../src/inject/environment/resource-attributes.ts'

describe('the version in an image reference', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const cases: Record<string, string | undefined> = {
    'app:1.2': '1.2',
    'registry.test:5000/app': undefined,
    'registry.test:5000/team/app:v1': 'v1',
    [`app@${digest}`]: digest,
    [`registry.test:5000/app:v1@${digest}`]: `v1@${digest}`,
    app: undefined,
    '': undefined,
  }
  for (const [image, version] of Object.entries(cases)) {
    it(image || 'none', () => assert.equal(imageVersion(image), version))
  }
})
