/** Which decisions are tried. */
import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../../../src/api/kinds/odigos-config.ts'
import type { DueInput } from '../../../../../src/controllers/instrumentor/decision/due-trial.ts'
import { dueTrial } from '../../../../../src/controllers/instrumentor/decision/due-trial.ts'
import type { PodView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { workloadView } from '../../../../../src/controllers/instrumentor/watch/workload-view.ts'

const pod = (hash: string | undefined, created = '2026-11-23T10:00:00Z', phase = 'Running'): PodView =>
  podView({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      creationTimestamp: created,
      annotations: hash ? { 'odigos.io/injection-hash': hash } : {},
    },
    spec: { containers: [] },
    status: { phase },
  })

const workload = (kind: string, labels = {}, image = 'web:1') =>
  workloadView({
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name: 'web', namespace: 'shop', uid: 'u1', labels },
    spec: { template: { spec: { containers: [{ name: 'app', image }] } } },
  })

const config = (
  spec: Partial<InstrumentationConfig['spec']> = {},
  rolledBack?: { status: 'True' | 'False'; at: string },
): InstrumentationConfig => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: { name: 'deployment-web', namespace: 'shop', labels: { 'app.kubernetes.io/managed-by': 'odigos' } },
  spec: {
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    containers: [{ name: 'app', agent: 'nodejs', reason: 'AgentSelected', message: '' }],
    pipeline: { collectorsGroup: 'g', endpoint: 'http://c:4318', signals: ['traces'] },
    ...spec,
  },
  status: {
    conditions: rolledBack
      ? [{ type: 'RolledBack', reason: 'UpToDate', message: '', ...rolledBack, lastTransitionTime: rolledBack.at }]
      : [],
  },
})

const input = (over: Partial<DueInput> = {}): DueInput => ({
  workload: workload('Deployment'),
  namespace: { name: 'shop', labels: { 'odigos-instrumentation': 'enabled' } },
  settings: effectiveConfig({}),
  systemNamespace: 'odigos-system',
  config: config(),
  pods: [pod(undefined)],
  isWebhookReady: true,
  currentHash: () => 'h',
  ...over,
})

const { pipeline: _none, ...unassigned } = config().spec
const rollback = { message: '', time: '2026-11-23T10:00:00Z' }
const undecided = [{ name: 'side', reason: 'NotDetectedYet', message: '' } as const]

const ROWS: [title: string, over: Partial<DueInput>, isDue: boolean][] = [
  ['running pods have no agent', {}, true],
  ['no pod runs', { pods: [] }, true],
  ['running pods have another decision', { pods: [pod('before')] }, true],
  ['a pod has the decision', { pods: [pod(undefined), pod('h')] }, false],
  ['the last run had the decision', { pods: [pod('h', undefined, 'Succeeded')] }, false],
  ['the webhook is not called yet', { isWebhookReady: false }, false],
  ['there is no decision', { config: undefined }, false],
  ['the decision is of somebody else', { config: { ...config(), metadata: { name: 'x', namespace: 'shop' } } }, false],
  ['there is no pipeline', { config: { ...config(), spec: unassigned } }, false],
  ['no container gets an agent', { config: config({ containers: [] }) }, false],
  [
    'a container is not decided',
    { config: config({ containers: [...config().spec.containers, ...undecided] }) },
    false,
  ],
  ['agents are withdrawn', { config: config({ rollback }) }, false],
  [
    'a pod had the decision before it was withdrawn, which is over',
    { config: config({}, { status: 'False', at: '2026-11-23T11:00:00Z' }), pods: [pod('h')] },
    true,
  ],
  [
    'a pod had the decision before it was withdrawn, as the status still says',
    { config: config({}, { status: 'True', at: '2026-11-23T09:00:00Z' }), pods: [pod('h')] },
    true,
  ],
  [
    'a pod got the decision since it was withdrawn',
    { config: config({}, { status: 'False', at: '2026-11-23T09:00:00Z' }), pods: [pod('h')] },
    false,
  ],
  ['the workload is opted out', { workload: workload('Deployment', { 'odigos-instrumentation': 'disabled' }) }, false],
  ['a Job is done', { workload: workload('Job'), pods: [pod(undefined, undefined, 'Succeeded')] }, false],
  ['a Job runs', { workload: workload('Job') }, true],
]

describe('a trial', () => {
  for (const [title, over, isDue] of ROWS)
    it(`is ${isDue ? '' : 'not '}due where ${title}`, () => assert.equal(dueTrial(input(over)) !== undefined, isDue))

  it('is another one with each change of what admission looks at', () => {
    const changes: Partial<DueInput>[] = [
      {},
      { currentHash: () => 'other' },
      { workload: workload('Deployment', {}, 'web:2') },
      { namespace: { name: 'shop', labels: { 'odigos-instrumentation': 'enabled', enforce: 'restricted' } } },
    ]
    const decisions = changes.map((change) => dueTrial(input(change))?.decision)
    assert.equal(new Set(decisions).size, changes.length)
    const relabelled = dueTrial(input({ workload: workload('Deployment', { team: 'a' }) }))
    assert.equal(relabelled?.decision, decisions[0], 'labels of the workload are not in its pods')
  })
})
