/** A real collector on loopback, for tests that kill it. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CollectorConfig, CollectorPlace } from '../../../src/collector/config.ts'
import { configYaml } from '../../../src/collector/yaml.ts'
import { freePorts } from '../api-server/free-port.ts'

/** A place on loopback with free ports, and its queue in `folder`. */
export const loopbackPlace = async (folder: string): Promise<CollectorPlace> => {
  const [grpcPort, httpPort, healthPort, metricsPort, seenPort, kubeletPort, tailPort] = await freePorts(7)
  return {
    host: '127.0.0.1',
    grpcPort: grpcPort ?? 0,
    httpPort: httpPort ?? 0,
    tailPort: tailPort ?? 0,
    healthPort: healthPort ?? 0,
    metricsPort: metricsPort ?? 0,
    seenPort: seenPort ?? 0,
    queueDirectory: join(folder, 'queue'),
    offsetDirectory: join(folder, 'offsets'),
    logDirectory: join(folder, 'pods'),
    apiAuth: 'kubeConfig',
    kubeletAuth: 'none',
    kubeletPort: kubeletPort ?? 0,
  }
}

export interface CollectorProcess {
  /** Undefined while it is not running. */
  pid: () => number | undefined
  start: () => Promise<void>
  /** Kills it, as on a power failure of the node. */
  kill: () => Promise<void>
  /** Terminates it as Kubernetes terminates a pod. */
  terminate: () => Promise<void>
}

export interface CollectorProcessOptions {
  binary: string
  config: CollectorConfig
  place: CollectorPlace
  /** Folder for the configuration and the log. */
  folder: string
  env?: Record<string, string>
}

const isHealthy = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/`).then(
    (response) => response.ok,
    () => false,
  )

/** A collector that can be started, killed and restarted with the same configuration and queue. */
export const collectorProcess = (options: CollectorProcessOptions): CollectorProcess => {
  const { binary, config, place, folder, env = {} } = options
  const file = join(folder, 'config.yaml')
  writeFileSync(file, configYaml(config))
  let child: ChildProcess | undefined

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  return {
    start: async () => {
      const log = createWriteStream(join(folder, 'log'), { flags: 'a' })
      child = spawn(binary, [`--config=${file}`], { env, stdio: ['ignore', 'ignore', 'pipe'] })
      child.stderr?.pipe(log)
      for (let tries = 0; !(await isHealthy(place.healthPort)); tries += 1) {
        const hasEnded = child.exitCode !== null
        // Its last words say why.
        if (hasEnded) await finished(log)
        if (tries > 1_200 || hasEnded) throw new Error(`the collector did not start, see ${folder}/log`)
        await sleep(50)
      }
    },
    pid: () => child?.pid,
    kill: () => end('SIGKILL'),
    terminate: () => end('SIGTERM'),
  }
}
