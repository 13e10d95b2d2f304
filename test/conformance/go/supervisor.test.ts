import { join } from 'node:path'
import { GO_TARGET } from '../../../tools/go-target.ts'
import { run } from '../../../tools/step.ts'

const SOURCES = join(import.meta.dirname, '../../../deploy/toolchain/go-supervisor')

describe('the supervisor of the sidecar for Go', function () {
  this.timeout(300_000)

  it('passes its own tests, with real processes', async () => {
    const env = { ...GO_TARGET, GOFLAGS: '', GOWORK: 'off' }
    await run('go', ['vet', './...'], { cwd: SOURCES, env })
    await run('go', ['test', '-count=1', './...'], { cwd: SOURCES, env })
  })
})
