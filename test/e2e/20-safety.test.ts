/** A user's pod is never harmed: whatever happens to the webhook, in a strict namespace, and in a job that has to end. */
import assert from 'node:assert/strict'
import type { Pod } from '../../src/api/kubernetes.ts'
import { workloadManifests } from '../../examples/shop/deploy.ts'
import { eventually } from '../../tools/eventually.ts'
import {
  awaitState,
  configsOf,
  images,
  kubectl,
  label,
  only,
  podsOf,
  tracesOfUs,
  watchSpans,
} from '../support/cluster/demo.ts'

/** A pod as a user would post it again: what the API server and its plugins added is taken out. */
const asPosted = (pod: Pod, name: string): Pod => {
  const { nodeName: _node, ...spec } = pod.spec
  const { labels, annotations, namespace, ownerReferences } = pod.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(ownerReferences ? { ownerReferences } : {}),
    },
    spec,
  }
}

const storefront = async (): Promise<Pod> => only(await podsOf('shop', 'app.kubernetes.io/name=storefront'))

const isReady = (pod: Pod | undefined): boolean =>
  pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false

/** Deletes the storefront's pod and waits for the one that takes its place to be ready. */
const replaceStorefront = async (): Promise<Pod> => {
  const before = await storefront()
  await kubectl.run(['delete', 'pod', '-n', 'shop', String(before.metadata?.name), '--wait=false'])
  await eventually('another pod is ready', 60, async () => {
    const pods = await podsOf('shop', 'app.kubernetes.io/name=storefront')
    return pods.length === 1 && pods[0]?.metadata.uid !== before.metadata?.uid && isReady(pods[0])
  })
  return storefront()
}

/** The pod that would come of posting this one, with all of admission. */
const dryRun = async (pod: Pod): Promise<Pod> =>
  JSON.parse(await kubectl.run(['create', '--dry-run=server', '-o', 'json', '-f', '-'], JSON.stringify(pod))) as Pod

const withoutUs = (pod: Pod): Pod => {
  const clean = structuredClone(pod)
  delete clean.metadata?.annotations
  delete clean.spec.initContainers
  for (const container of clean.spec.containers) {
    container.env = (container.env ?? []).filter(({ name }) => name === 'PORT' || name === 'CART_URL')
    container.volumeMounts = (container.volumeMounts ?? []).filter(({ mountPath }) => !mountPath.includes('odigos'))
  }
  clean.spec.volumes = (clean.spec.volumes ?? []).filter(({ name }) => !name.startsWith('odigos'))
  return clean
}

describe('a second admission', () => {
  it('of an injected pod changes nothing', async () => {
    const pod = asPosted(await storefront(), 'storefront-again')
    assert.ok(tracesOfUs(pod).length > 0)
    assert.deepEqual((await dryRun(pod)).spec.containers, pod.spec.containers)
    assert.deepEqual((await dryRun(pod)).spec.initContainers, pod.spec.initContainers)
    assert.deepEqual((await dryRun(pod)).metadata?.annotations, pod.metadata?.annotations)
  })

  it('of the same pod without us injects it again', async () => {
    const pod = withoutUs(asPosted(await storefront(), 'storefront-new'))
    assert.deepEqual(tracesOfUs(pod), [])
    assert.ok(tracesOfUs(await dryRun(pod)).length > 0)
  })
})

const GARBAGE_PROGRAM = `
  const { readFileSync } = require('node:fs')
  const tls = { cert: readFileSync('/tls/tls.crt'), key: readFileSync('/tls/tls.key') }
  require('node:https').createServer(tls, (_request, response) => {
    console.log('asked')
    response.end('garbage')
  }).listen(9443)`

/** A pod behind the webhook's Service, with the webhook's certificate, that answers what nobody can understand. */
const garbageServer = (image: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'garbage',
    namespace: 'odigos-system',
    labels: { 'app.kubernetes.io/name': 'odigos', 'odigos.io/component': 'webhook' },
  },
  spec: {
    securityContext: { runAsUser: 65_532, fsGroup: 65_532 },
    containers: [
      {
        name: 'garbage',
        image,
        command: ['/usr/local/bin/node', '-e', GARBAGE_PROGRAM],
        ports: [{ name: 'https', containerPort: 9443 }],
        readinessProbe: { tcpSocket: { port: 9443 }, periodSeconds: 1 },
        volumeMounts: [{ name: 'tls', mountPath: '/tls' }],
      },
    ],
    volumes: [{ name: 'tls', secret: { secretName: 'odigos-webhook-tls' } }],
  },
})

describe('pods keep starting', () => {
  const scale = (replicas: number): Promise<string> =>
    kubectl.run(['scale', '-n', 'odigos-system', 'deployment/odigos-webhook', `--replicas=${replicas}`])
  const ready = (): Promise<string> =>
    kubectl.run(['rollout', 'status', '-n', 'odigos-system', 'deployment/odigos-webhook', '--timeout=120s'])

  after(async () => {
    await kubectl.run(['delete', 'pod', '-n', 'odigos-system', 'garbage', '--ignore-not-found', '--now'])
    await scale(2)
    await ready()
  })

  it('while the webhook is down', async () => {
    await scale(0)
    // Also the last one that still ends: it answers until then.
    await kubectl.run([
      'wait',
      '-n',
      'odigos-system',
      '--for=delete',
      'pod',
      '-l',
      'odigos.io/component=webhook',
      '--timeout=90s',
    ])
    const startedAt = Date.now()
    assert.deepEqual(tracesOfUs(await replaceStorefront()), [])
    console.log(`      a pod started after ${Date.now() - startedAt} ms`)
  })

  it('and what was missed is seen and told', async () => {
    // A pod counts as missed when it was created well after the decision; the state comes with the next look.
    await eventually('the missed pod is counted', 60, async () => {
      const status = (await configsOf('shop')).get('storefront')?.status
      const told = status?.conditions?.find(({ type }) => type === 'Instrumented')?.reason ?? ''
      // A restart is not asked for: a dry run shows that it would not help while the webhook is down.
      return status?.pods?.missed === 1 && ['MissedInjection', 'WebhookNotCalled'].includes(told)
    })
  })

  it('while the webhook answers garbage', async () => {
    await kubectl.apply([garbageServer(`${images.registry}/control-plane:${images.tag}`)])
    await kubectl.run(['wait', '-n', 'odigos-system', '--for=condition=Ready', 'pod/garbage', '--timeout=60s'])
    // The Service needs a moment to lead there.
    await eventually('the API server asks the garbage server', 60, async () => {
      assert.deepEqual(tracesOfUs(await replaceStorefront()), [])
      return (await kubectl.run(['logs', '-n', 'odigos-system', 'garbage'])).includes('asked')
    })
  })
})

describe('a namespace that enforces Pod Security restricted', () => {
  before(async () => {
    await kubectl.apply(workloadManifests('restricted', images))
    await kubectl.run(['rollout', 'status', 'deployment', '-n', 'restricted', '--timeout=120s'])
    await label('restricted', 'enabled')
    await awaitState('restricted', ['echo'], 'RestartRequired')
    // A dry run tells that a restart would change nothing.
    await awaitState('restricted', ['pricing'], 'NotInstrumented')
    await kubectl.run(['rollout', 'restart', 'deployment', '-n', 'restricted'])
    await kubectl.run(['rollout', 'status', 'deployment', '-n', 'restricted', '--timeout=120s'])
  })
  after(() => kubectl.run(['delete', 'namespace', 'restricted', '--wait=false']))

  it('gets its Node.js application instrumented', async () => {
    await awaitState('restricted', ['echo'], 'Instrumented')
    const pod = only(await podsOf('restricted', 'app.kubernetes.io/name=echo'))
    assert.ok(tracesOfUs(pod).length > 0)
  })

  it('keeps its Go application as it is, with the reason', async () => {
    await awaitState('restricted', ['pricing'], 'NotInstrumented')
    const pod = only(await podsOf('restricted', 'app.kubernetes.io/name=pricing'))
    assert.deepEqual(
      tracesOfUs(pod).filter((trace) => !trace.startsWith('odigos.io/')),
      [],
    )
    const condition = (await configsOf('restricted'))
      .get('pricing')
      ?.status?.conditions?.find(({ type }) => type === 'Instrumented')
    assert.deepEqual([condition?.status, condition?.reason], ['False', 'PodSecurityForbids'])
  })
})

describe('a job with a Go application', () => {
  const run = (name: string): Promise<string> =>
    kubectl.run(['create', 'job', '-n', 'workloads', name, '--from=cronjob/price-report'])

  before(async () => {
    const manifests = workloadManifests('cronjob', images) as { kind: string; spec?: object }[]
    // Only runs that the test starts.
    for (const object of manifests) if (object.kind === 'CronJob') Object.assign(object.spec ?? {}, { suspend: true })
    await kubectl.apply(manifests)
    await label('workloads', 'enabled')
  })
  after(() => kubectl.run(['delete', 'namespace', 'workloads', '--wait=false']))

  it('is detected while it runs', async () => {
    await run('price-report-29000001')
    await eventually('the CronJob has its agent', 60, async () => {
      const config = (await configsOf('workloads')).get('price-report')
      return config?.spec.containers[0]?.agent === 'go-ebpf' && config.spec.pipeline !== undefined
    })
  })

  it('is instrumented at the next run, and completes', async () => {
    const watch = await watchSpans()
    await run('price-report-29000002')
    await kubectl.run([
      'wait',
      '-n',
      'workloads',
      '--for=condition=Complete',
      '--timeout=120s',
      'job/price-report-29000002',
    ])
    const pod = only(await podsOf('workloads', 'batch.kubernetes.io/job-name=price-report-29000002'))
    assert.ok(tracesOfUs(pod).some((trace) => trace.includes('go-ebpf')))
    await watch.until('its spans', 60, (spans) =>
      spans.some((span) => span.service === 'price-report' && span.resource['k8s.cronjob.name'] === 'price-report'),
    )
  })
})
