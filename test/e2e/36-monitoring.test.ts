/** The chart's PodMonitor, alerts and dashboard, with a real Prometheus that reads the running processes and collectors. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { buildProgram } from '../../deploy/toolchain/build.ts'
import { eventually } from '../../tools/eventually.ts'
import { kubectl, podsOf } from '../support/cluster/demo.ts'
import type { Prometheus, ScrapeTarget } from '../support/cluster/prometheus.ts'
import { startPrometheus } from '../support/cluster/prometheus.ts'

const NAMESPACE = 'odigos-system'
const CHART = join(import.meta.dirname, '../../deploy/helm')

interface PodMonitor {
  kind: 'PodMonitor'
  spec: { selector: { matchLabels: Record<string, string> }; podMetricsEndpoints: { port: string; path: string }[] }
}
interface PrometheusRule {
  kind: 'PrometheusRule'
  spec: { groups: { rules: { alert: string; expr: string }[] }[] }
}
interface Dashboard {
  panels: { title: string; targets?: { expr: string }[] }[]
}
interface ConfigMap {
  kind: 'ConfigMap'
  data: Record<string, string>
}

/** Metrics that need not be there, as nothing has happened yet that they count. */
const ONLY_AFTERWARDS = new Set([
  'odigos_queue_dropped_items_total',
  'odigos_restarts_total',
  'otelcol_receiver_accepted_log_records',
])
/** A label, of the form of a name of a metric. */
const COMPONENT = 'odigos_io_component'

const monitoring = async (): Promise<(PodMonitor | PrometheusRule | ConfigMap)[]> => {
  const values = ['image.registry=none', 'podMonitor.enabled=true', 'alerts.enabled=true', 'dashboard.enabled=true']
  const shown = ['monitoring', 'alerts'].flatMap((name) => ['--show-only', `templates/${name}.yaml`])
  const text = await kubectl.helm([
    'template',
    'odigos',
    CHART,
    ...values.flatMap((value) => ['--set', value]),
    ...shown,
  ])
  return parseAllDocuments(text).map((document) => document.toJS() as PodMonitor | PrometheusRule | ConfigMap)
}

/** Targets as the Prometheus Operator finds them: each container port of that name. */
const targetsOf = async ({ spec }: PodMonitor): Promise<ScrapeTarget[]> => {
  const [endpoint] = spec.podMetricsEndpoints
  const selector = Object.entries(spec.selector.matchLabels).map(([name, value]) => `${name}=${value}`)
  return (await podsOf(NAMESPACE, selector.join(','))).flatMap(({ metadata, spec: pod, status }) =>
    pod.containers
      .flatMap(({ ports = [] }) => ports as { name?: string; containerPort: number }[])
      .filter(({ name }) => name === endpoint?.port)
      .map(({ containerPort }) => ({
        address: `${status?.podIP}:${containerPort}`,
        labels: { pod: metadata.name, [COMPONENT]: metadata.labels?.['odigos.io/component'] ?? '' },
      })),
  )
}

const namesIn = (expression: string): string[] =>
  expression.match(/\b(?:odigos|otelcol|process)_[a-z_]+(?=[{)[\s]|$)/g) ?? []

describe('monitoring by the chart', function () {
  this.timeout(900_000)
  let prometheus: Prometheus
  let podMonitor: PodMonitor
  let rules: PrometheusRule
  let dashboard: Dashboard

  before(async () => {
    await buildProgram('prometheus')
    const objects = await monitoring()
    const of = <K extends string>(kind: K) => objects.find((object) => object.kind === kind)
    podMonitor = of('PodMonitor') as PodMonitor
    rules = of('PrometheusRule') as PrometheusRule
    dashboard = JSON.parse((of('ConfigMap') as ConfigMap).data['odigos.json'] ?? '') as Dashboard
    prometheus = await startPrometheus(rules.spec)
  })
  after(() => prometheus?.stop())

  let scraped = ''
  /** The components of which a pod runs now, once each pod is scraped: collectors may just be replaced by others. */
  const componentsUp = async (): Promise<Set<string | undefined>> => {
    const targets = await targetsOf(podMonitor)
    const addresses = targets.map(({ address }) => address).sort()
    if (scraped !== (scraped = addresses.join())) await prometheus.scrape(targets)
    const up = (await prometheus.query('up == 1')).map(({ metric }) => metric['instance'] ?? '').sort()
    return new Set(up.join() === scraped ? targets.map(({ labels }) => labels[COMPONENT]) : [])
  }

  /** What no target has. */
  const missingOf = async (named: readonly { title: string; name: string }[]): Promise<string[]> => {
    const found = await Promise.all(
      named.map(async ({ title, name }) => {
        const isThere = ONLY_AFTERWARDS.has(name) || (await prometheus.query(`count(${name})`)).length > 0
        return isThere ? [] : [`${title}: ${name}`]
      }),
    )
    return found.flat()
  }

  it('reads every process and every collector', async () => {
    const expected = ['autoscaler', 'gateway', 'instrumentor', 'node-collector', 'scheduler', 'webhook']
    let missing = expected
    await eventually('each component is read', 120, async () => {
      const up = await componentsUp()
      return (missing = expected.filter((component) => !up.has(component))).length === 0
    }).catch((error: unknown) => {
      throw new Error(`not read: ${missing.join(', ')}`, { cause: error })
    })
  })

  it('has what alerts and dashboard ask for', async () => {
    const panels = dashboard.panels.flatMap(({ title, targets: queries = [] }) =>
      queries.map(({ expr }) => ({ title, expression: expr.replaceAll('$__rate_interval', '1m') })),
    )
    const alerts = rules.spec.groups.flatMap((group) =>
      group.rules.map(({ alert, expr }) => ({ title: alert, expression: expr })),
    )
    const named = [...panels, ...alerts].flatMap(({ title, expression }) => {
      const names = namesIn(expression).filter((name) => name !== COMPONENT)
      assert.notEqual(names.length, 0, `${title}: ${expression}`)
      return names.map((name) => ({ title, name }))
    })
    for (const { expression } of [...panels, ...alerts]) await prometheus.query(expression)
    let missing: string[] = []
    await eventually('each metric is there', 120, async () => {
      await componentsUp()
      const { length } = (missing = await missingOf(named))
      return length === 0
    }).catch((error: unknown) => {
      throw new Error(missing.join(', '), { cause: error })
    })
  })

  it('evaluates each alert, and none fires while all is well', async () => {
    interface Groups {
      groups: { rules: { name: string; health: string; lastError?: string; state: string }[] }[]
    }
    await eventually('each rule was evaluated', 60, async () => {
      const { groups } = await prometheus.get<Groups>('rules')
      return groups.every((group) => group.rules.every(({ health }) => health !== 'unknown'))
    })
    const { groups } = await prometheus.get<Groups>('rules')
    const wrong = groups.flatMap((group) =>
      group.rules.filter(({ health, state }) => health !== 'ok' || state === 'firing'),
    )
    assert.deepEqual(wrong, [])
  })
})
