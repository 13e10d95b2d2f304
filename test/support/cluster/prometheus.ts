/** A real Prometheus that scrapes given targets and evaluates given rules. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolPath } from '../../../deploy/toolchain/build.ts'
import { freePort } from '../api-server/free-port.ts'
import { eventually } from '../../../tools/eventually.ts'

export interface ScrapeTarget {
  /** `host:port` of /metrics. */
  address: string
  labels: Record<string, string>
}

export interface Sample {
  metric: Record<string, string>
  value: [number, string]
}

export interface Prometheus {
  /** The `data` of a response of the HTTP API, by its path below /api/v1. Rejects with the error that it has. */
  get: <T>(path: string) => Promise<T>
  /** The samples of an instant query. */
  query: (expression: string) => Promise<Sample[]>
  stop: () => Promise<void>
}

/** `rules` is the spec of a PrometheusRule, which is the content of a rule file. */
export const startPrometheus = async (targets: readonly ScrapeTarget[], rules: object): Promise<Prometheus> => {
  const folder = mkdtempSync(join(tmpdir(), 'odigos-prometheus-'))
  const address = `127.0.0.1:${await freePort()}`
  const config = {
    global: { scrape_interval: '2s', evaluation_interval: '2s' },
    rule_files: ['rules.yml'],
    scrape_configs: [
      {
        job_name: 'odigos',
        static_configs: targets.map(({ address: target, labels }) => ({ targets: [target], labels })),
      },
    ],
  }
  // YAML is a superset of JSON.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config))
  writeFileSync(join(folder, 'rules.yml'), JSON.stringify(rules))
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
  ]
  const child = spawn(toolPath('prometheus'), args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)))

  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`http://${address}/api/v1/${path}`)
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string }
    if (status !== 'success') throw new Error(`${path}: ${error}`)
    return data
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    }
    rmSync(folder, { recursive: true })
  }
  try {
    await eventually('Prometheus is ready', 60, async () => (await fetch(`http://${address}/-/ready`)).ok, 200)
  } catch (error) {
    await stop()
    throw new Error(log, { cause: error })
  }
  const query = async (expression: string): Promise<Sample[]> =>
    (await get<{ result: Sample[] }>(`query?query=${encodeURIComponent(expression)}`)).result
  return { get, query, stop }
}
