/** A pod that asks Services all the time, and counts the requests that fail: without us, none would. */
import { images, kubectl } from './demo.ts'

// Each request has a connection of its own: one that is kept is closed by a server that ends, with us or without.
const PROGRAM = `
  const http = require('node:http')
  const targets = JSON.parse(process.env.TARGETS)
  const ask = (url) => {
    const at = new Date().toISOString()
    const tell = (isOk, problem) => console.log(JSON.stringify({ at, url, isOk, problem }))
    const request = http.get(url, { agent: false, timeout: 20000 }, (response) => {
      const isOk = response.statusCode >= 200 && response.statusCode < 300
      response.on('error', (error) => tell(false, String(error)))
      response.on('end', () => tell(isOk, String(response.statusCode)))
      response.resume()
    })
    request.on('timeout', () => request.destroy(new Error('no answer in 20 s')))
    request.on('error', (error) => tell(false, String(error)))
  }
  setInterval(() => targets.forEach(ask), 250)`

interface Asked {
  at: string
  url: string
  isOk: boolean
  problem: string
}

export interface Prober {
  /** Requests so far. */
  asked: () => Promise<Asked[]>
  stop: () => Promise<void>
}

/** Starts it in a namespace of its own, which is not instrumented. */
export const startProber = async (targets: readonly string[], namespace = 'prober'): Promise<Prober> => {
  await kubectl.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'prober', namespace },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'prober',
            image: `${images.registry}/control-plane:${images.tag}`,
            command: ['/usr/local/bin/node', '-e', PROGRAM],
            env: [{ name: 'TARGETS', value: JSON.stringify(targets) }],
          },
        ],
      },
    },
  ])
  await kubectl.run(['wait', '-n', namespace, '--for=condition=Ready', 'pod/prober', '--timeout=60s'])
  return {
    asked: async () => {
      const text = await kubectl.run(['logs', '-n', namespace, 'prober', '--tail=-1'])
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Asked)
    },
    stop: async () => {
      await kubectl.run(['delete', 'namespace', namespace, '--wait=false'])
    },
  }
}
