/** `odigos check --pre` names each obstacle that was planted in a real API server, and no other. */
import assert from 'node:assert/strict'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { apiVersionOf, RESOURCES } from '../../src/kube/resources.ts'
import type { KubeClient, ResourceType } from '../../src/kube/types.ts'
import type { Finding } from '../../src/cli/check/finding.ts'
import type { BareApiServer } from '../support/api-server/bare-api-server.ts'
import { startBareApiServer } from '../support/api-server/bare-api-server.ts'
import { clientFrom } from '../support/api-server/kubeconfig-client.ts'
import { runCli } from '../support/cli/run-cli.ts'

const USER = 'somebody'
const SYSTEM = 'odigos-system'
const NODES: ResourceType = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false }

const node = (name: string, info: object): object => ({
  metadata: { name },
  status: {
    nodeInfo: {
      operatingSystem: 'linux',
      architecture: 'amd64',
      kernelVersion: '6.1.0',
      containerRuntimeVersion: 'containerd://2.0.0',
      ...info,
    },
  },
})

const foreignCrd = {
  metadata: { name: 'sources.odigos.io' },
  spec: {
    group: 'odigos.io',
    scope: 'Namespaced',
    names: { kind: 'Source', plural: 'sources' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
}

const foreignWebhook = {
  metadata: { name: 'datadog-webhook' },
  webhooks: [
    {
      name: 'inject.datadog.test',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Ignore',
      clientConfig: { url: 'https://localhost:1/' },
      rules: [],
    },
  ],
}

describe('odigos check', function () {
  this.timeout(120_000)
  let server: BareApiServer
  let client: KubeClient
  const put = async (type: ResourceType, object: object): Promise<void> => {
    const { status, ...rest } = object as KubeObject & { status?: unknown }
    const full = { ...rest, apiVersion: apiVersionOf(type), kind: type.kind }
    await client.apply(type, full, { fieldManager: 'test' })
    if (status) await client.apply(type, { ...full, status }, { fieldManager: 'test', subresource: 'status' })
  }
  const check = async (user?: string): Promise<{ findings: Finding[]; exitCode: number }> => {
    const kubeconfig = user === undefined ? server.kubeconfig() : server.kubeconfig(user)
    const { out, err, exitCode } = await runCli(['check', '--pre', '-o', 'json'], { kubeconfig })
    assert.notEqual(out, '', err)
    return { findings: (JSON.parse(out) as { findings: Finding[] }).findings, exitCode }
  }
  const bad = (findings: readonly Finding[]): string[] =>
    findings.filter(({ outcome }) => outcome !== 'passed').map(({ outcome, title }) => `${outcome} ${title}`)

  before(async () => {
    server = await startBareApiServer([USER])
    client = await clientFrom(server.kubeconfig())
    await put(RESOURCES.namespaces, {
      metadata: { name: SYSTEM, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    })
    await put(RESOURCES.services, {
      metadata: { name: 'kube-dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
      spec: { ports: [{ port: 53, protocol: 'UDP' }] },
    })
    await put(NODES, node('good', {}))
  })
  after(async () => server?.stop())

  it('finds nothing in the way of a cluster that is as it should be', async () => {
    const { findings, exitCode } = await check()
    assert.deepEqual([bad(findings), exitCode], [[], 0])
  })

  it('names each of ten obstacles, with what mends it', async () => {
    await put(NODES, node('arm', { architecture: 'arm64' }))
    await put(NODES, node('windows', { operatingSystem: 'windows' }))
    await put(NODES, node('docker', { containerRuntimeVersion: 'docker://20.10' }))
    await put(NODES, node('old', { kernelVersion: '3.10.0-1160.el7' }))
    await put(RESOURCES.namespaces, {
      metadata: { name: SYSTEM, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    })
    await put(RESOURCES.resourceQuotas, {
      metadata: { name: 'compute', namespace: SYSTEM },
      spec: { hard: { 'limits.cpu': '4' } },
    })
    await put(RESOURCES.limitRanges, {
      metadata: { name: 'minima', namespace: SYSTEM },
      spec: { limits: [{ type: 'Container', min: { memory: '128Mi' } }] },
    })
    await put(RESOURCES.customResourceDefinitions, foreignCrd)
    await put(RESOURCES.mutatingWebhookConfigurations, foreignWebhook)
    await client.delete({ type: RESOURCES.services, namespace: 'kube-system', name: 'kube-dns' })
    const { findings, exitCode } = await check()
    assert.deepEqual(bad(findings).toSorted(), [
      'failed Definitions',
      'failed Pod Security',
      'failed Quotas',
      'warning Architecture',
      'warning Cluster DNS',
      'warning Container runtime',
      'warning Kernel',
      'warning LimitRanges',
      'warning Operating system',
      'warning Other agents',
    ])
    assert.equal(exitCode, 1)
    for (const { outcome, title, message, remedy = '' } of findings)
      if (outcome !== 'passed' && title !== 'Definitions') assert.ok(message !== '' && remedy !== '', title)
    const said = (title: string): string => findings.find((each) => each.title === title)?.message ?? ''
    for (const [title, culprit] of [
      ['Architecture', 'arm'],
      ['Kernel', 'old'],
      ['Quotas', 'compute'],
      ['LimitRanges', 'minima'],
      ['Other agents', 'datadog-webhook'],
      ['Definitions', 'sources.odigos.io'],
    ] as const)
      assert.ok(said(title).includes(culprit), `${title}: ${said(title)}`)
  })

  it('tells a user without rights what is missing, and what could not be read', async () => {
    const { findings, exitCode } = await check(USER)
    const said = findings.find(({ title }) => title === 'Yours')
    assert.match(said?.message ?? '', /create customresourcedefinitions\.apiextensions\.k8s\.io/)
    assert.ok(findings.some(({ title, outcome }) => title === 'Nodes' && outcome === 'unknown'))
    assert.equal(exitCode, 1)
  })
})
