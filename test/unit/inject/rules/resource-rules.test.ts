/** Memory and CPU of containers with an agent, by what was measured in them and what their probes grant. */
import assert from 'node:assert/strict'
import type { Container, Pod, Probe } from '../../../../src/api/kubernetes.ts'
import type { Reason } from '../../../../src/api/reasons.ts'
import type { Measured } from '../../../../src/api/types/measured.ts'
import { roundedMiB } from '../../../../src/api/types/measured.ts'
import type { Agent } from '../../../../src/api/vocabulary.ts'
import { AGENT_DEFINITIONS } from '../../../../src/inject/agents/index.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { injectionHash } from '../../../../src/inject/hash.ts'
import { configFor, contextFor } from '../../../support/injection/injection-context.ts'

const outcome = (
  agent: Agent,
  container: Partial<Container>,
  measured?: Measured,
  { reason = 'AgentSelected', pod = {}, others = [] }: { reason?: Reason; pod?: object; others?: Measured[] } = {},
): { reason: Reason; message: string } => {
  const subject: Pod = {
    metadata: { namespace: 'shop', name: 'cart' },
    spec: { containers: [{ name: 'app', image: 'cart', ...container }], ...pod },
  }
  const spec = configFor(subject, agent, { reason, ...(measured ? { measured } : {}) })
  spec.containers.push(
    ...others.map((each, i) => ({
      name: `other-${i}`,
      reason: 'Infrastructure' as const,
      message: '',
      measured: each,
    })),
  )
  const context = contextFor(subject, agent, { configFor: spec })
  return decide(subject, context).containers['app'] ?? assert.fail()
}

const used = (mebibytes: number, processes = 1): Measured => ({ memoryMiB: roundedMiB(mebibytes), processes })
const memory = (limit: string): Partial<Container> => ({ resources: { limits: { memory: limit } } })

describe('memory of a container with an agent', () => {
  const rows: [title: string, agent: Agent, limit: string, measured: Measured | undefined, reason: Reason][] = [
    // Each of these was killed, or reclaimed pages all the time, with the agent, and ran without it.
    ['a JVM with MaxRAMPercentage=75', 'java', '256Mi', used(195), 'MemoryTooSmall'],
    ['a JVM with -Xmx128m', 'java', '256Mi', used(155), 'MemoryTooSmall'],
    ['Node.js with Express', 'nodejs', '96Mi', used(92), 'MemoryTooSmall'],
    ['gunicorn and Flask, which fill it', 'python', '64Mi', used(38, 2), 'MemoryTooSmall'],
    ['gunicorn with four workers, which fill it', 'python', '128Mi', used(96, 5), 'MemoryTooSmall'],
    // Each of these ran with the agent, all signals and 16 connections; the kernel had to reclaim nothing.
    ['Node.js with Express, at most 106 MiB', 'nodejs', '128Mi', used(59), 'Injected'],
    ['gunicorn and Flask, one worker, at most 40 MiB', 'python', '64Mi', used(29, 2), 'Injected'],
    ['gunicorn with four workers, at most 104 MiB', 'python', '128Mi', used(60, 5), 'Injected'],
    // The same with room.
    ['gunicorn and Flask in 256Mi', 'python', '256Mi', used(38, 2), 'Injected'],
    ['gunicorn with four workers in 512Mi', 'python', '512Mi', used(96, 5), 'Injected'],
    ['a JVM in 512Mi', 'java', '512Mi', used(195), 'Injected'],
    ['Node.js in 256Mi', 'nodejs', '256Mi', used(92), 'Injected'],
    // Others of the kind.
    ['a cluster of Node.js processes', 'nodejs', '512Mi', used(208, 8), 'MemoryTooSmall'],
    ['a cluster of Node.js processes with room', 'nodejs', '640Mi', used(208, 8), 'Injected'],
    ['gunicorn with five workers', 'python', '256Mi', used(160, 6), 'Injected'],
    ['gunicorn with fifty workers', 'python', '1Gi', used(560, 51), 'MemoryTooSmall'],
    ['two JVMs, each with its own agent', 'java', '512Mi', used(200, 2), 'MemoryTooSmall'],
    ['an application that nearly fills its limit', 'nodejs', '1Gi', used(950), 'MemoryTooSmall'],
    ['a small one in little memory', 'nodejs', '90Mi', used(20), 'Injected'],
    ['a limit in bytes', 'nodejs', '100000000', used(92), 'MemoryTooSmall'],
    // Nothing was measured.
    ['a constant, too little', 'python', '63Mi', undefined, 'MemoryTooSmall'],
    ['a constant, enough', 'python', '64Mi', undefined, 'Injected'],
    [
      'a constant of Node.js, in which a small server was killed under load',
      'nodejs',
      '64Mi',
      undefined,
      'MemoryTooSmall',
    ],
    ['a constant of Java', 'java', '255Mi', undefined, 'MemoryTooSmall'],
  ]
  for (const [title, agent, limit, measured, reason] of rows) {
    it(`${title}: ${reason}`, () => assert.equal(outcome(agent, memory(limit), measured).reason, reason))
  }

  it('is told with all figures', () =>
    assert.equal(
      outcome('python', memory('128Mi'), used(96, 5)).message,
      `the memory limit is 128Mi; the container uses 96 MiB, and the agent needs ${15 + 4 * 8} MiB in its 5 processes`,
    ))

  it('without a limit, or chosen by the user, is not judged', () => {
    assert.equal(outcome('java', {}, used(10_000)).reason, 'Injected')
    assert.equal(outcome('java', memory('64Mi'), used(60), { reason: 'OverriddenByUser' }).reason, 'Injected')
  })

  it('of a pod is shared by its containers', () => {
    const pod = { resources: { limits: { memory: '512Mi' } } }
    assert.equal(outcome('nodejs', {}, used(100), { pod }).reason, 'Injected')
    assert.equal(outcome('nodejs', {}, used(100), { pod, others: [used(300)] }).reason, 'MemoryTooSmall')
  })

  it('stays as decided once it was measured with the agent, up to what was measured', () => {
    for (const bare of [10, 38, 92, 155, 300, 700]) {
      for (const processes of [1, 2, 5]) {
        const { first, further } = AGENT_DEFINITIONS.nodejs.memory
        const needed = (roundedMiB(bare) + first + (processes - 1) * further) / 0.9
        const fitting = memory(`${Math.ceil(needed)}Mi`)
        assert.equal(outcome('nodejs', fitting, used(bare, processes)).reason, 'Injected')
        const limitMiB = Math.ceil(needed)
        for (const actual of [bare, bare + 20 * processes, limitMiB * 0.95, limitMiB]) {
          const measured = { ...used(actual, processes), withAgent: true }
          assert.equal(outcome('nodejs', fitting, measured).reason, 'Injected', `${bare} ${processes} ${actual}`)
        }
      }
    }
    assert.equal(outcome('nodejs', memory('128Mi'), { ...used(200), withAgent: true }).reason, 'MemoryTooSmall')
  })

  it('does not change the hash of a decision, so that a measurement restarts nothing', () => {
    const hashOf = (measured?: Measured): string => {
      const pod: Pod = { spec: { containers: [{ name: 'app' }] } }
      const spec = configFor(pod, 'nodejs', measured ? { measured } : {})
      const { settings, images } = contextFor(pod, 'nodejs')
      return injectionHash(spec, settings, images)
    }
    assert.equal(hashOf(used(10)), hashOf())
    assert.equal(hashOf({ ...used(900, 7), withAgent: true }), hashOf())
  })

  it('is rounded up by an eighth at most, or 4 MiB', () => {
    for (let mebibytes = 0; mebibytes < 5000; mebibytes += 1) {
      const rounded = roundedMiB(mebibytes)
      assert.ok(
        rounded >= mebibytes && rounded <= Math.max(mebibytes + 4, mebibytes * 1.125),
        `${mebibytes} ${rounded}`,
      )
    }
    assert.ok(new Set(Array.from({ length: 1000 }, (_, i) => roundedMiB(i))).size < 60)
  })
})

const tcp = { tcpSocket: { port: 80 } }
const cpu = (limit: string | undefined, probes: Partial<Container> = {}): Partial<Container> => ({
  ...(limit ? { resources: { limits: { cpu: limit } } } : {}),
  ...probes,
})

describe('CPU of a container that starts with an agent', () => {
  const rows: [
    title: string,
    agent: Agent,
    container: Partial<Container>,
    measured: Measured | undefined,
    reason: Reason,
  ][] = [
    // Seen: uvicorn ends workers that do not answer within 5 s, for ever at 200m, and serves at 500m.
    ['uvicorn --workers 2 at 200m', 'python', cpu('200m'), { ...used(70, 3), startWithinSeconds: 5 }, 'CpuTooSmall'],
    ['uvicorn --workers 2 at 500m', 'python', cpu('500m'), { ...used(70, 3), startWithinSeconds: 5 }, 'Injected'],
    ['uvicorn --workers 8 at 500m', 'python', cpu('500m'), { ...used(200, 9), startWithinSeconds: 5 }, 'CpuTooSmall'],
    // Seen: slow, and nobody ends it.
    ['gunicorn at 100m without probes', 'python', cpu('100m'), used(60, 2), 'Injected'],
    ['Express at 100m without probes', 'nodejs', cpu('100m'), used(60), 'Injected'],
    // The same with probes that do not wait so long.
    [
      'gunicorn at 100m with an impatient livenessProbe',
      'python',
      cpu('100m', { livenessProbe: { ...tcp, periodSeconds: 5, failureThreshold: 2 } }),
      used(60, 2),
      'CpuTooSmall',
    ],
    [
      'Express at 20m with an impatient startupProbe',
      'nodejs',
      cpu('20m', { startupProbe: { ...tcp, periodSeconds: 2 } }),
      used(60),
      'CpuTooSmall',
    ],
    [
      'Express at 100m with the default livenessProbe',
      'nodejs',
      cpu('100m', { livenessProbe: tcp }),
      used(60),
      'Injected',
    ],
    ['eight Node.js processes at 100m', 'nodejs', cpu('100m', { livenessProbe: tcp }), used(400, 8), 'CpuTooSmall'],
    // Java, as reported.
    [
      'a startupProbe kills, too',
      'java',
      cpu('100m', { startupProbe: { ...tcp, periodSeconds: 5, failureThreshold: 3 } }),
      undefined,
      'CpuTooSmall',
    ],
    [
      'half a CPU and one failure',
      'java',
      cpu('500m', { livenessProbe: { ...tcp, initialDelaySeconds: 5, periodSeconds: 5, failureThreshold: 1 } }),
      undefined,
      'CpuTooSmall',
    ],
    ['300m with the default livenessProbe', 'java', cpu('300m', { livenessProbe: tcp }), undefined, 'CpuTooSmall'],
    ['1 CPU with the default livenessProbe', 'java', cpu('1', { livenessProbe: tcp }), undefined, 'Injected'],
    [
      'no limit, and a livenessProbe that is asked once, at once',
      'java',
      cpu(undefined, { livenessProbe: { ...tcp, failureThreshold: 1 } }),
      undefined,
      'CpuTooSmall',
    ],
    [
      'a readinessProbe only delays',
      'java',
      cpu('100m', { readinessProbe: { ...tcp, failureThreshold: 1 } }),
      undefined,
      'Injected',
    ],
    [
      'a startupProbe defers the livenessProbe',
      'java',
      cpu('250m', { livenessProbe: { ...tcp, failureThreshold: 1 }, startupProbe: { ...tcp, failureThreshold: 30 } }),
      undefined,
      'Injected',
    ],
    ['two JVMs', 'java', cpu('500m', { livenessProbe: tcp }), used(300, 2), 'CpuTooSmall'],
  ]
  for (const [title, agent, container, measured, reason] of rows) {
    it(`${title}: ${reason}`, () => assert.equal(outcome(agent, container, measured).reason, reason))
  }

  it('sufficed where the container was measured with the agent', () => {
    const rows: [Agent, Partial<Container>][] = [
      ['java', cpu('250m', { livenessProbe: tcp })],
      ['java', cpu('300m', { startupProbe: { ...tcp, periodSeconds: 2 } })],
      ['nodejs', cpu('20m', { startupProbe: { ...tcp, periodSeconds: 2 } })],
      ['python', cpu('50m', { livenessProbe: { ...tcp, failureThreshold: 1 } })],
    ]
    for (const [agent, container] of rows) {
      assert.equal(outcome(agent, container, used(60)).reason, 'CpuTooSmall')
      assert.equal(outcome(agent, container, { ...used(60), withAgent: true }).reason, 'Injected')
    }
  })

  it('is told with the time that is needed, and the one that is granted', () =>
    assert.equal(
      outcome('java', cpu('250m', { livenessProbe: { ...tcp, initialDelaySeconds: 5 } })).message,
      `with a CPU limit of 250m, the agent takes ${AGENT_DEFINITIONS.java.start.cpuSeconds * 4} s to start, and the livenessProbe grants 26 s`,
    ))

  it('is that of the pod where the container has none, and is not judged where the user chose the agent', () => {
    const probes = { livenessProbe: tcp }
    const pod = { resources: { limits: { cpu: '100m' } } }
    assert.equal(outcome('java', probes, undefined, { pod }).reason, 'CpuTooSmall')
    assert.equal(outcome('java', cpu('100m', probes), undefined, { reason: 'OverriddenByUser' }).reason, 'Injected')
  })

  it('malformed probes are those of the default', () => {
    const probe = { ...tcp, periodSeconds: null, failureThreshold: 'x' }
    assert.equal(outcome('java', cpu('1', { livenessProbe: probe as unknown as Probe })).reason, 'Injected')
  })
})
