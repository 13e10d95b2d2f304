import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { RELEASE } from '../../../../src/api/names.ts'
import { compareVersions } from '../../../../src/kube/crds/compare-versions.ts'

const read = (path: string): Record<string, unknown> =>
  parse(readFileSync(join(import.meta.dirname, '../../../..', path), 'utf8')) as Record<string, unknown>

describe('the release', () => {
  it('is the same in the source, the packages and the chart', () => {
    assert.equal(read('package.json')['version'], RELEASE)
    assert.equal(read('ui/package.json')['version'], RELEASE)
    assert.equal(read('deploy/helm/Chart.yaml')['version'], RELEASE)
    assert.equal(read('deploy/helm/Chart.yaml')['appVersion'], RELEASE)
  })

  const ordered = ['no version', '0.1.0', '0.1.9', '0.1.10', '0.2.0-rc.2', '0.2.0-rc.10', '0.2.0', '0.10.0', '1.0.0']
  for (const [i, older] of ordered.slice(0, -1).entries()) {
    it(`${older} is older than ${ordered[i + 1]}`, () => {
      assert.equal(compareVersions(older, ordered[i + 1]!), -1)
      assert.equal(compareVersions(ordered[i + 1]!, older), 1)
      assert.equal(compareVersions(older, older), 0)
    })
  }

  it('is not another for build metadata or a leading v', () => assert.equal(compareVersions('v1.2.3+a', '1.2.3+b'), 0))
})
