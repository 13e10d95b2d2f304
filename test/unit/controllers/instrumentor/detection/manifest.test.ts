import assert from 'node:assert/strict'
import type { ContainerDetection } from '../../../../../src/api/detector-protocol.ts'
import type { Container, KubeObject, Pod } from '../../../../../src/api/kubernetes.ts'
import type { TargetReport } from '../../../../../src/controllers/instrumentor/detection/read-report.ts'
import { readReports } from '../../../../../src/controllers/instrumentor/detection/read-report.ts'
import type { DetectionTarget, DetectorPod } from '../../../../../src/controllers/instrumentor/detection/manifest.ts'
import { detectorPods } from '../../../../../src/controllers/instrumentor/detection/manifest.ts'
import { writeReport } from '../../../../../src/detector/report.ts'
import { detectorTargets } from '../../../../support/instrumentor/detector-targets.ts'

const SETTINGS = { image: 'registry/control-plane:1', namespace: 'odigos-system', pullPolicy: 'IfNotPresent' }

const targets = (count: number, node = 'node-1', containers = 1): DetectionTarget[] =>
  Array.from({ length: count }, (_, i) => ({
    key: `shop/Deployment/app-${i}`,
    node,
    podUid: `00000000-0000-0000-0000-${String(i).padStart(12, '0')}`,
    containers: Array.from({ length: containers }, (_, c) => ({
      name: `c${c}`,
      containerId: `${i}${c}`.padStart(64, '0'),
    })),
  }))

const podOf = (object: KubeObject | undefined): Pod => object as unknown as Pod
const keysOf = (pod: DetectorPod | undefined): string[] => pod?.shares.flat().map(({ key }) => key) ?? []
const containersOf = (object: KubeObject | undefined): Container[] => podOf(object).spec.containers

/** The pod as it is after its containers have written these messages. */
const ended = (object: KubeObject, messages: (string | undefined)[]): KubeObject => ({
  ...object,
  status: {
    phase: 'Succeeded',
    containerStatuses: containersOf(object).map(({ name }, i) => ({
      name,
      state: { terminated: { exitCode: 0, message: messages[i] } },
    })),
  },
})

const found = (name: string): ContainerDetection => ({
  name,
  reason: 'Detected',
  message: '',
  language: 'go',
  evidence: [],
})

describe('instrumentor: detector pods', () => {
  it('20 workloads on a node: one pod with one container', () => {
    const pods = detectorPods(targets(20), SETTINGS)
    assert.equal(pods.length, 1)
    assert.equal(containersOf(pods[0]?.object).length, 1)
    assert.deepEqual(
      keysOf(pods[0]),
      targets(20).map(({ key }) => key),
    )
  })

  it('more than one message holds takes more containers, more than three messages hold another pod', () => {
    const pods = detectorPods(targets(200), SETTINGS)
    assert.deepEqual(
      pods.map(({ object }) => containersOf(object).length),
      [3, 2],
    )
    assert.deepEqual(
      pods.flatMap(keysOf),
      targets(200).map(({ key }) => key),
    )
    const wide = detectorPods(targets(2, 'node-1', 30), SETTINGS)
    assert.deepEqual(
      wide.map(({ object }) => containersOf(object).length),
      [2],
    )
  })

  it('one pod for each node', () => {
    const pods = detectorPods([...targets(2, 'a'), ...targets(1, 'b')], SETTINGS)
    assert.deepEqual(
      pods.map(({ object }) => podOf(object).spec.nodeName),
      ['a', 'b'],
    )
  })

  it('no more pods than the limit, those of the targets that waited longest first', () => {
    const waiting = Array.from({ length: 5 }, (_, i) => targets(1, `node-${i}`)).flat()
    const nodes = (limit: number) =>
      detectorPods(waiting, SETTINGS, { limit }).map(({ object }) => podOf(object).spec.nodeName)
    assert.deepEqual(nodes(2), ['node-0', 'node-1'])
    assert.deepEqual([nodes(0), nodes(-1)], [[], []])
  })

  it('asks for no more than it needs', () => {
    const [pod] = detectorPods(targets(1), { ...SETTINGS, serviceAccount: 'odigos-detector' }, { suffix: () => 'abc' })
    const { spec, metadata } = podOf(pod?.object)
    assert.equal(metadata?.name, 'odigos-detector-abc')
    assert.deepEqual(metadata?.labels?.['odigos.io/component'], 'detector')
    assert.equal(spec['automountServiceAccountToken'], false)
    assert.equal(spec.serviceAccountName, 'odigos-detector')
    assert.equal(spec.hostPID, true)
    assert.equal(spec.hostNetwork, undefined)
    assert.equal(spec.volumes, undefined)
    assert.equal(spec['restartPolicy'], 'Never')
    assert.equal(spec['activeDeadlineSeconds'], 60)
    const security = spec.containers[0]?.securityContext
    assert.deepEqual(security?.capabilities, { drop: ['ALL'], add: ['SYS_PTRACE', 'DAC_READ_SEARCH'] })
    assert.equal(security?.privileged, false)
    assert.equal(security?.allowPrivilegeEscalation, false)
    assert.equal(security?.readOnlyRootFilesystem, true)
  })

  it('targets come through the expansion of the kubelet', () => {
    const target = { ...targets(1)[0]!, key: 'shop/Deployment/$(HOME)-$$x' }
    const container = containersOf(detectorPods([target], SETTINGS)[0]?.object)[0]!
    assert.ok(!/(^|[^$])(\$\$)*\$\(/.test(container.env?.[0]?.value ?? ''), 'nothing is expanded')
    assert.equal(detectorTargets(container)[0]?.key, target.key)
  })

  it('answers are read by key, of whatever container', () => {
    const [pod] = detectorPods(targets(70), SETTINGS)
    const messages = containersOf(pod?.object).map((container) =>
      writeReport(detectorTargets(container).map(() => [found('c0')])),
    )
    const reports = readReports({ ...pod!, object: ended(pod!.object, messages) })
    assert.equal(reports.length, 70)
    assert.deepEqual(reports[69], { key: 'shop/Deployment/app-69', containers: [found('c0')], isOverflow: false })
    assert.ok(reports.every(({ containers }) => containers?.length === 1))
  })

  it('tells what has no findings: cut, missing, left out, or never reached', () => {
    const [pod] = detectorPods(targets(90), SETTINGS)
    const report = JSON.stringify({ answers: [{ target: 0, containers: [found('c0')] }], overflow: [1] })
    const reports = readReports({ ...pod!, object: ended(pod!.object, [report, '{"answers":[{"tar', undefined]) })
    const keys = (which: (report: TargetReport) => unknown): string[] => reports.filter(which).map(({ key }) => key)
    assert.equal(reports.length, 90)
    assert.deepEqual(
      keys(({ containers }) => containers),
      ['shop/Deployment/app-0'],
    )
    assert.deepEqual(
      keys(({ isOverflow }) => isOverflow),
      ['shop/Deployment/app-1'],
    )
    assert.ok(readReports(pod!).every(({ containers, isOverflow }) => !containers && !isOverflow))
  })

  it('a position that is not on the list is not believed', () => {
    const [pod] = detectorPods(targets(1), SETTINGS)
    const report = JSON.stringify({ answers: [{ target: 7, containers: [] }], overflow: [-1, 9] })
    const [read] = readReports({ ...pod!, object: ended(pod!.object, [report]) })
    assert.deepEqual([read?.key, read?.containers, read?.isOverflow], ['shop/Deployment/app-0', undefined, false])
  })
})
