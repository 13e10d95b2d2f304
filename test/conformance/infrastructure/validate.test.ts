/** A real collector accepts the configuration of every combination of switches. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { CollectorConfig, CollectorPlace } from '../../../src/collector/config.ts'
import { IN_A_POD } from '../../../src/collector/config.ts'
import { clusterConfig } from '../../../src/collector/infrastructure/cluster.ts'
import { nodeConfig } from '../../../src/collector/node.ts'
import { configYaml } from '../../../src/collector/yaml.ts'
import { DISK } from '../../support/collectors/settings.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { infrastructureOf, laneEndpoints } from '../../support/telemetry/collector-case.ts'

const resources = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }
/** A service account has files, which are looked for already here. */
const place: CollectorPlace = { ...IN_A_POD, apiAuth: 'none', kubeletAuth: 'none' }
const named = [{ namespace: 'shop', kind: 'Deployment', name: 'cart', serviceName: '${env:A} "$$' }]

const ON_NODES = ['containerLogs', 'hostMetrics', 'kubeletMetrics', 'enrichment']
const IN_CLUSTER = ['clusterMetrics', 'events']

/** Every selection of the names, as settings. */
const combinations = (names: readonly string[]): Record<string, object>[] =>
  Array.from({ length: 2 ** names.length }, (_, bits) =>
    Object.fromEntries(names.filter((_name, index) => bits & (1 << index)).map((name) => [name, { enabled: true }])),
  )

const CONFIGURATIONS: [string, CollectorConfig][] = [
  ...combinations(ON_NODES).map((settings): [string, CollectorConfig] => [
    `node: ${Object.keys(settings).join(', ') || 'nothing'}`,
    nodeConfig({
      group: { signals: ['traces', 'metrics', 'logs'], resources },
      endpoints: laneEndpoints('gateway:4317'),
      disk: DISK,
      infrastructure: infrastructureOf({ settings, named }),
      place,
    }),
  ]),
  ...combinations(IN_CLUSTER)
    .slice(1)
    .map((settings): [string, CollectorConfig] => [
      `cluster: ${Object.keys(settings).join(', ')}`,
      clusterConfig({
        group: { resources },
        gateway: 'gateway:4317',
        disk: DISK,
        infrastructure: infrastructureOf({ settings, named }),
        place,
      }),
    ]),
]

describe('a real collector accepts what is rendered for the infrastructure', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-validate-'))
  let binary = ''

  before(function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
  })
  after(() => rmSync(folder, { recursive: true }))

  for (const [name, config] of CONFIGURATIONS)
    it(name, async () => {
      const file = join(folder, 'config.yaml')
      writeFileSync(file, configYaml(config))
      const env = {
        NODE_NAME: 'n',
        NODE_IP: '127.0.0.1',
        KUBERNETES_SERVICE_HOST: '127.0.0.1',
        KUBERNETES_SERVICE_PORT: '1',
      }
      await promisify(execFile)(binary, ['validate', `--config=${file}`], { env })
    })
})
