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
  /** Scrapes these targets from now on, and no others. */
  scrape: (targets: readonly ScrapeTarget[]) => Promise<void>
  stop: () => Promise<void>
}

const configOf = (targets: readonly ScrapeTarget[]): object => ({
  global: { scrape_interval: '2s', evaluation_interval: '2s' },
  rule_files: ['rules.yml'],
  scrape_configs: [
    {
      job_name: 'odigos',
      static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels })),
    },
  ],
})

/** Scrapes nothing at first. `rules` is the spec of a PrometheusRule, which is the content of a rule file. */
export const startPrometheus = async (rules: object): Promise<Prometheus> => {
  const folder = mkdtempSync(join(tmpdir(), 'odigos-prometheus-'))
  const address = `127.0.0.1:${await freePort()}`
  // YAML is a superset of JSON.
  const writeConfig = (targets: readonly ScrapeTarget[]): void =>
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(configOf(targets)))
  writeConfig([])
  writeFileSync(join(folder, 'rules.yml'), JSON.stringify(rules))
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--web.enable-lifecycle',
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
  const scrape = async (targets: readonly ScrapeTarget[]): Promise<void> => {
    writeConfig(targets)
    const response = await fetch(`http://${address}/-/reload`, { method: 'POST' })
    if (!response.ok) throw new Error(await response.text())
  }
  return { get, query, scrape, stop }
}
