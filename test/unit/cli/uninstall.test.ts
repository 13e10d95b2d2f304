/** What an uninstallation would do, and in which order. */
import assert from 'node:assert/strict'
import { formatInjection } from '../../../src/api/agents/injection-annotation.ts'
import { INJECTION_ANNOTATION } from '../../../src/api/names.ts'
import { cleanerPod } from '../../../src/cli/uninstall/clean-nodes.ts'
import type { Found } from '../../../src/cli/uninstall/plan.ts'
import { planUninstall, withAgents } from '../../../src/cli/uninstall/plan.ts'
import { planAnswer } from '../../../src/cli/uninstall/register.ts'

const podOf = (kind: string, owner: string, agent?: string) =>
  ({
    metadata: {
      name: `${owner}-x`,
      namespace: 'shop',
      labels: { 'pod-template-hash': 'abc' },
      annotations: {
        [INJECTION_ANNOTATION]: formatInjection({
          app: agent ? { agent, reason: 'Injected' } : { reason: 'NotSupported' },
        }),
      },
      ownerReferences: [
        { apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, name: owner, uid: '', controller: true },
      ],
    },
    spec: { containers: [] },
  }) as unknown as Found['pods'][number]

const FOUND: Found = {
  systemNamespace: 'odigos-system',
  release: 'odigos',
  labelled: [{ kind: 'Namespace', name: 'shop' }],
  pods: [
    podOf('ReplicaSet', 'cart-abc', 'python'),
    podOf('ReplicaSet', 'cart-abc', 'python'),
    podOf('StatefulSet', 'db'),
    podOf('Job', 'once', 'java'),
  ],
  definitions: ['actions.odigos.io'],
  nodes: ['a', 'b'],
  image: 'registry/control-plane:1',
  foreign: [],
  namespaceExists: true,
  hasProcesses: true,
}
const steps = (change: Partial<Found> = {}): string[] =>
  planUninstall({ ...FOUND, ...change }).steps.map((step) => step.do)

describe('the plan of an uninstallation', () => {
  it('ends injection first, then replaces pods, and lets collectors end last', () =>
    assert.deepEqual(steps(), [
      'removeRelease',
      'removeLabels',
      'restart',
      'drain',
      'deleteDefinitions',
      'cleanNodes',
      'deleteNamespace',
    ]))

  it('restarts what has agents, once, and only that', () =>
    assert.deepEqual(
      withAgents(FOUND.pods).map(({ kind, name }) => `${kind} ${name}`),
      ['Deployment cart', 'Job once'],
    ))

  it('leaves a Job to its end, and says so', () => {
    const plan = planUninstall(FOUND)
    assert.deepEqual(plan.left, ['agents in pods that run to their end: job/once in shop'])
    assert.match(planAnswer(plan).text, /3\. restart deployment\/cart in shop, so that/)
  })

  it('keeps a namespace that others use', () => {
    assert.ok(!steps({ foreign: ['cronjob/backup'] }).includes('deleteNamespace'))
    assert.match(
      planUninstall({ ...FOUND, foreign: ['cronjob/backup'] }).left.join(),
      /which others use: cronjob\/backup/,
    )
  })

  it('says what it cannot remove', () => {
    const { left } = planUninstall({ ...FOUND, release: undefined, image: undefined })
    assert.match(left.join('\n'), /there is no release of helm/)
    assert.match(left.join('\n'), /\/var\/lib\/odigos on a, b: remove it by hand/)
  })

  it('deletes no namespace of which nothing shows that it is that of Odigos', () => {
    const other = { release: undefined, hasProcesses: false, labelled: [], pods: [], systemNamespace: 'batch' }
    for (const change of [other, { ...other, definitions: [], nodes: [] }, { ...FOUND, definitions: [], nodes: [] }]) {
      assert.ok(!steps(change).includes('deleteNamespace'))
      assert.match(planUninstall({ ...FOUND, ...change }).left.join(), /kubectl delete namespace/)
    }
  })

  it('is empty where nothing is installed', () => {
    const nothing = {
      ...FOUND,
      release: undefined,
      hasProcesses: false,
      labelled: [],
      pods: [],
      definitions: [],
      nodes: [],
      namespaceExists: false,
    }
    assert.match(planAnswer(planUninstall(nothing)).text, /^There is nothing to uninstall\.$/)
  })

  it('removes the folder of Odigos on a node, and mounts no more than its parent', () => {
    const { spec } = cleanerPod('a', 'odigos-system', 'image') as unknown as {
      spec: { containers: { command: string[] }[]; volumes: unknown[] }
    }
    assert.deepEqual(spec.volumes, [{ name: 'host', hostPath: { path: '/var/lib', type: 'Directory' } }])
    assert.equal(spec.containers[0]?.command.at(-1), '/host/odigos')
  })
})
