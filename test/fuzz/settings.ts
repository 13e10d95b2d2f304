/** Settings of an OdigosConfig that the API server takes, as strange as their schema allows, and what of a cluster goes with them. */
import fc from 'fast-check'
import { RE2JS } from 're2js'
import type { OdigosConfigSpec } from '../../src/api/kinds/odigos-config.ts'
import { odigosConfigSpec } from '../../src/api/kinds/odigos-config.ts'
import { SIGNALS } from '../../src/api/vocabulary.ts'
import { WORKLOAD_KINDS } from '../../src/api/workload-kinds.ts'
import type { NamedWorkload } from '../../src/collector/infrastructure/attributes.ts'
import { objectName, strange } from './strange.ts'

/** As a rule of the CRD has it, which the API server evaluates. */
const isPattern = (text: string): boolean => {
  try {
    return RE2JS.compile(text).programSize() > 0
  } catch {
    return false
  }
}

const seconds = fc.oneof(fc.constantFrom(5, 3600), fc.integer({ min: -1, max: 4000 }))
const enabled = fc.boolean()
const optional = <Shape extends object>(shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }) =>
  fc.record(shape, { requiredKeys: [] })

const containerLogs = optional({
  enabled: fc.constant(true),
  select: fc.constantFrom('Instrumented', 'Namespaces'),
  namespaces: fc.uniqueArray(fc.oneof({ arbitrary: objectName, weight: 6 }, strange), { maxLength: 4 }),
  multiline: fc.boolean(),
  firstLinePattern: fc
    .oneof(strange, fc.constantFrom('^\\d{4}-', '(?P<a>.)(?P<a>.)', '^[^\\s]"\'`', '\\pL+$'))
    .filter(isPattern),
  parseJson: fc.boolean(),
})

const infrastructure = optional({
  containerLogs,
  hostMetrics: optional({ enabled, intervalSeconds: seconds }),
  kubeletMetrics: optional({ enabled, intervalSeconds: seconds, verifyCertificate: fc.boolean() }),
  clusterMetrics: optional({ enabled, intervalSeconds: seconds }),
  events: optional({ enabled }),
  enrichment: optional({ enabled }),
})

const memory = fc.constantFrom('64Mi', '67108864', 67_108_864, '0.1Gi', '512Mi', '64Gi', '1000000k')
const cpu = fc.constantFrom('10m', '0.5', 1, '64')
const resources = optional({ requests: optional({ cpu, memory }), limits: optional({ memory }) })

const config = optional({
  mode: fc.constantFrom('OptIn', 'OptOut'),
  ignoredNamespaces: fc.array(strange, { maxLength: 3 }),
  signals: fc.subarray([...SIGNALS]),
  sampling: optional({ traceRatio: fc.double({ min: 0, max: 1, noNaN: true }) }),
  collectors: optional({
    node: optional({ resources }),
    gateway: optional({ resources }),
  }),
  infrastructure,
})

const named: fc.Arbitrary<NamedWorkload> = fc.record({
  namespace: objectName,
  kind: fc.constantFrom(...WORKLOAD_KINDS.map(({ kind }) => kind)),
  name: objectName,
  serviceName: strange,
})

export interface FuzzedSettings {
  config: OdigosConfigSpec
  /** Of instrumented workloads. */
  instrumentedNamespaces: string[]
  /** Workloads for which the user has set `service.name`. */
  named: NamedWorkload[]
}

/** Undefined where the schema refuses the settings. */
export const settingsArbitrary: fc.Arbitrary<FuzzedSettings | undefined> = fc
  .record({
    config,
    instrumentedNamespaces: fc.uniqueArray(objectName, { maxLength: 4 }),
    named: fc.array(named, { maxLength: 4 }),
  })
  .map(({ config: spec, ...around }) => {
    const { data } = odigosConfigSpec.safeParse(spec)
    return data && { config: data, ...around }
  })
