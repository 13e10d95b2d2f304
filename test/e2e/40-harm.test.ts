/**
 * Applications that agents are known to harm: no request to one fails that would not fail without us, and each ends in the
 * right state, with its reason, within two minutes.
 */
import assert from 'node:assert/strict'
import { workloadManifests } from '../../examples/shop/deploy.ts'
import type { InstrumentationConfig } from '../../src/api/kinds/instrumentation-config.ts'
import { eventually } from '../../tools/eventually.ts'
import { awaitState, configsOf, images, kubectl, label, watchSpans } from '../support/cluster/demo.ts'
import type { Prober } from '../support/cluster/prober.ts'
import { startProber } from '../support/cluster/prober.ts'

const NAMESPACE = 'harm'
const NODE_IMAGE = `${images.registry}/control-plane:${images.tag}`

/** Programs for Node.js, from a ConfigMap: a script on the command line would be left alone. */
const PROGRAMS = {
  // Never ready, and not crashing, where an agent is loaded.
  'unready.cjs': `
    const harmed = (process.env.NODE_OPTIONS || '').includes('/var/odigos')
    require('http').createServer((request, response) => {
      response.statusCode = harmed ? 500 : 200
      response.end('ok')
    }).listen(8080)
    process.on('SIGTERM', () => process.exit(0))`,
  // Runs that fail where an agent is loaded.
  'job.cjs': `setTimeout(() => process.exit((process.env.NODE_OPTIONS || '').includes('/var/odigos') ? 1 : 0), 15000)`,
  // A server without a framework that ends by itself where an agent is loaded: slower than a crash loop.
  'ends.cjs': `
    const harmed = (process.env.NODE_OPTIONS || '').includes('/var/odigos')
    require('http').createServer((request, response) => response.end('ok')).listen(8080)
    if (harmed) setTimeout(() => process.exit(0), 5000)
    process.on('SIGTERM', () => process.exit(0))`,
}

const podTemplate = (name: string, program: keyof typeof PROGRAMS, isServer: boolean): object => ({
  metadata: { labels: { app: name } },
  spec: {
    terminationGracePeriodSeconds: 8,
    ...(isServer ? {} : { restartPolicy: 'Never' }),
    containers: [
      {
        name: 'app',
        image: NODE_IMAGE,
        command: ['/usr/local/bin/node', `/app/${program}`],
        volumeMounts: [{ name: 'app', mountPath: '/app' }],
        // Endpoints of a pod that ends go a moment after it is told to, with or without us.
        ...(isServer ? { lifecycle: { preStop: { sleep: { seconds: 3 } } } } : {}),
        ...(isServer
          ? {
              ports: [{ containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1, failureThreshold: 2 },
            }
          : {}),
      },
    ],
    volumes: [{ name: 'app', configMap: { name: 'programs' } }],
  },
})

const server = (name: string, program: keyof typeof PROGRAMS): object[] => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      replicas: 2,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: { app: name } },
      template: podTemplate(name, program, true),
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { app: name }, ports: [{ port: 8080 }] },
  },
]

const cronJob = (name: string, program: keyof typeof PROGRAMS): object => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name, namespace: NAMESPACE },
  spec: {
    schedule: '0 0 1 1 *',
    suspend: true,
    // Kubernetes deletes all others that failed.
    failedJobsHistoryLimit: 5,
    jobTemplate: { spec: { backoffLimit: 0, template: podTemplate(name, program, false) } },
  },
})

const reasonsOf = (config: InstrumentationConfig | undefined): string =>
  (config?.status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`).join(', ')

const inState = (name: string, state: string, seconds = 120): Promise<unknown> =>
  eventually(`${name}: ${state}`, seconds, async () => {
    const config = (await configsOf(NAMESPACE)).get(name)
    if (config?.status?.state === state) return true
    throw new Error(`${config?.status?.state}: ${reasonsOf(config)}`)
  })

/** One failed run may be chance. */
const FAILING_RUNS = ['report-29000002', 'report-29000003']

const newJob = (name: string): Promise<string> =>
  kubectl.run(['create', 'job', '-n', NAMESPACE, name, '--from=cronjob/report'])

describe('applications that agents harm', function () {
  this.timeout(600_000)
  let prober: Prober

  before(async () => {
    await kubectl.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'programs', namespace: NAMESPACE }, data: PROGRAMS },
      ...server('unready', 'unready.cjs'),
      ...server('ends', 'ends.cjs'),
      cronJob('report', 'job.cjs'),
      ...workloadManifests('django', images),
    ])
    for (const namespace of [NAMESPACE, 'reviews']) {
      await kubectl.run(['rollout', 'status', 'deployment', '-n', namespace, '--timeout=120s'])
    }
    prober = await startProber([
      `http://unready.${NAMESPACE}:8080/`,
      `http://ends.${NAMESPACE}:8080/`,
      'http://reviews.reviews:8085/products/tea/reviews',
    ])
    await newJob('report-29000001')
    await label(NAMESPACE, 'enabled')
    await label('reviews', 'enabled')
    await awaitState(NAMESPACE, ['unready', 'ends'], 'RestartRequired')
    await awaitState('reviews', ['reviews'], 'RestartRequired')
    await eventually('the CronJob has its agent', 60, async () => {
      const config = (await configsOf(NAMESPACE)).get('report')
      return config?.spec.containers[0]?.agent === 'nodejs' && config.spec.pipeline !== undefined
    })
    // All at once, as each takes a minute to be sure of.
    await kubectl.run(['rollout', 'restart', 'deployment', '-n', NAMESPACE])
    for (const name of FAILING_RUNS) await newJob(name)
  })

  after(async () => {
    await prober?.stop()
    await kubectl.run(['delete', 'namespace', NAMESPACE, 'reviews', '--wait=false'])
  })

  it('a stock Django project answers as before, and sends its spans', async () => {
    const watch = await watchSpans()
    await kubectl.run(['rollout', 'restart', 'deployment', '-n', 'reviews'])
    await kubectl.run(['rollout', 'status', 'deployment', '-n', 'reviews', '--timeout=120s'])
    await watch.until('spans of Django', 60, (spans) =>
      spans.some(({ service, name }) => service === 'reviews' && name.includes('products/')),
    )
    await awaitState('reviews', ['reviews'], 'Instrumented')
  })

  it('a rollout whose pods never get ready with the agent is taken back', async () => {
    await inState('unready', 'RolledBack')
    await kubectl.run(['rollout', 'status', '-n', NAMESPACE, 'deployment/unready', '--timeout=120s'])
  })

  it('pods that end with exit code 0 again and again are taken back', async () => {
    await inState('ends', 'RolledBack')
    await kubectl.run(['rollout', 'status', '-n', NAMESPACE, 'deployment/ends', '--timeout=120s'])
  })

  it('a CronJob whose runs fail only with the agent runs without it', async () => {
    for (const name of FAILING_RUNS)
      await kubectl.run(['wait', '-n', NAMESPACE, '--for=condition=Failed', `job/${name}`, '--timeout=90s'])
    await inState('report', 'RolledBack')
    await newJob('report-29000004')
    await kubectl.run(['wait', '-n', NAMESPACE, '--for=condition=Complete', 'job/report-29000004', '--timeout=90s'])
  })

  it('no request failed meanwhile', async () => {
    const asked = await prober.asked()
    assert.ok(asked.length > 300, `${asked.length} requests`)
    const failed = asked.filter(({ isOk, url }) => !isOk && !url.includes('//ends.'))
    console.log(`      ${asked.length} requests, ${failed.length} failed`)
    assert.deepEqual(failed, [])
  })
})
