/** `odigos ui` outlives the pod of the UI. After the tests of the UI, whose own port-forward does not. */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../tools/eventually.ts'
import { kubectl, only, podsOf } from '../support/cluster/demo.ts'
import { sendSignal } from '../support/send-signal.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

describe('odigos ui', function () {
  this.timeout(240_000)

  it('forwards a port to the UI, and goes on when its pod is replaced', async () => {
    const child: ChildProcess = spawn(process.execPath, [MAIN, 'ui', '--port', '0', '--no-open'], {
      env: { HOME: tmpdir(), KUBECONFIG: process.env['KUBECONFIG'] ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    try {
      let said = ''
      child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
      let url = ''
      await eventually('it listens', 20, () => {
        url = /http:\/\/localhost:\d+/.exec(said)?.[0] ?? ''
        return Promise.resolve(url !== '')
      })
      const status = async (): Promise<number> => {
        const response = await fetch(`${url}/healthz`).catch(() => undefined)
        await response?.body?.cancel()
        return response?.status ?? 0
      }
      assert.equal(await status(), 200)
      const { name } = only(await podsOf('odigos-system', 'odigos.io/component=ui')).metadata
      await kubectl.run(['delete', 'pod', '-n', 'odigos-system', name, '--wait=false'])
      await eventually('the new pod answers', 90, async () => {
        const pods = await podsOf('odigos-system', 'odigos.io/component=ui')
        return pods.every((pod) => pod.metadata.name !== name) && (await status()) === 200
      })
    } finally {
      const ended = once(child, 'close')
      sendSignal(child.pid ?? 0, 'SIGINT')
      await ended
    }
  })
})
