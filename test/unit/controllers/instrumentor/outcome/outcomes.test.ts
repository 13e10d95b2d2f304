/** Pods as the API server shows them, with and without an agent, and whether the agent is to blame. */
import assert from 'node:assert/strict'
import type {
  InstrumentationConfig,
  InstrumentationConfigStatus,
} from '../../../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../../../src/api/kinds/odigos-config.ts'
import { findHarm } from '../../../../../src/controllers/instrumentor/outcome/judge.ts'
import { agentsOf } from '../../../../../src/controllers/instrumentor/outcome/proof.ts'
import type { PodView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { hasAgent, podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'

const NOW = Date.parse('2026-11-23T10:00:00Z')
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()

const running = { running: { startedAt: ago(600) } }
const ended = (exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error') => ({
  terminated: { exitCode, reason, finishedAt: ago(30) },
})
const waiting = (reason: string, message = '') => ({ waiting: { reason, message } })

const endedFor = (seconds: number) => ({
  terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(seconds) },
})

interface Status {
  containerID?: string
  state?: object
  lastState?: object
  restartCount?: number
  ready?: boolean
}
interface Sample {
  name?: string
  /** Seconds since a kubelet has it; absent = as old as the pod. */
  onNode?: number
  /** With an agent in the container `app`; absent = none. */
  agent?: boolean
  age?: number
  phase?: string
  reason?: string
  app?: Status
  /** A container of the user's without an agent. */
  neighbour?: Status
  copy?: Status
  /** Image of the copy. */
  agentImage?: string
  sidecar?: Status
  image?: string
  isShared?: boolean
  /** Seconds since all containers were ready, or were not any more. */
  readiness?: { isReady: boolean; forSeconds: number }
  volumeImage?: string
  template?: string
}

const statusOf = (name: string, given: Status) => ({
  name,
  image: 'x',
  imageID: 'sha256:1',
  ready: given.ready ?? true,
  restartCount: 0,
  state: running,
  ...given,
})

const view = ({ name = 'web', agent = false, age = 600, image = 'web:1', ...sample }: Sample) =>
  podView({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      creationTimestamp: ago(age),
      labels: { 'pod-template-hash': sample.template ?? (agent ? 'new' : 'old') },
      annotations: agent
        ? { 'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"}}', 'odigos.io/injection-hash': 'h' }
        : {},
    },
    spec: {
      shareProcessNamespace: sample.isShared,
      containers: [{ name: 'app', image }, ...(sample.neighbour ? [{ name: 'side', image: 'side:1' }] : [])],
      initContainers: [
        ...(sample.copy ? [{ name: 'odigos-agent-nodejs', image: sample.agentImage ?? 'agent-nodejs:1' }] : []),
        ...(sample.sidecar ? [{ name: 'odigos-go-ebpf', image: 'agent-go:1', restartPolicy: 'Always' }] : []),
      ],
      volumes: sample.volumeImage ? [{ name: 'odigos-agent-nodejs', image: { reference: sample.volumeImage } }] : [],
    },
    status: {
      phase: sample.phase ?? 'Running',
      ...(sample.onNode === undefined ? {} : { startTime: ago(sample.onNode) }),
      reason: sample.reason,
      conditions: sample.readiness
        ? [
            {
              type: 'ContainersReady',
              status: sample.readiness.isReady ? 'True' : 'False',
              lastTransitionTime: ago(sample.readiness.forSeconds),
            },
          ]
        : [],
      containerStatuses: [
        statusOf('app', sample.app ?? {}),
        ...(sample.neighbour ? [statusOf('side', sample.neighbour)] : []),
      ],
      initContainerStatuses: [
        ...(sample.copy ? [statusOf('odigos-agent-nodejs', sample.copy)] : []),
        ...(sample.sidecar ? [statusOf('odigos-go-ebpf', sample.sidecar)] : []),
      ],
    },
  })

const IMAGES = ['agent-nodejs:1', 'agent-nodejs:2', 'agent-go:1']

/** In place of the agents that the pods of a case have. */
const SAME = 'same'

const configWith = (
  withoutAgent: InstrumentationConfigStatus['withoutAgent'],
  provenFor = 0,
  runs: Partial<InstrumentationConfigStatus['withAgent']> = {},
): InstrumentationConfig => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: { name: 'deployment-web', namespace: 'shop' },
  spec: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, containers: [] },
  status: {
    ...(withoutAgent ? { withoutAgent } : {}),
    withAgent: { agents: SAME, ...(provenFor ? { healthySince: ago(provenFor) } : {}), ...runs },
  },
})

/** The remembered proof is about the agents of the first pod that has some. */
const withAgents = (config: InstrumentationConfig | undefined, pods: PodView[]): InstrumentationConfig | undefined => {
  const first = pods.find(hasAgent)
  const withAgent = config?.status?.withAgent
  if (!config || !first || withAgent?.agents !== SAME) return config
  return { ...config, status: { ...config.status, withAgent: { ...withAgent, agents: agentsOf(first) } } }
}

interface Case {
  pods: Sample[]
  config?: InstrumentationConfig
  /** Part of the message; absent = no harm. */
  harm?: RegExp
  reason?: string
}

const loop = (
  restartCount: number,
  state: object = waiting('CrashLoopBackOff'),
  lastState: object = ended(1),
): Status => ({
  state,
  lastState,
  restartCount,
  ready: false,
})
/** State and last state of a container that is ended for the second time. */
const killedTwice = [ended(137, 'OOMKilled'), ended(137, 'OOMKilled')] as const
const failedRun = (name: string, over: Sample = {}): Sample => ({
  name,
  phase: 'Failed',
  app: { state: ended(1) },
  ...over,
})
const doneRun = (name: string, over: Sample = {}): Sample => ({
  name,
  phase: 'Succeeded',
  app: { state: ended(0) },
  ...over,
})
const unready = (forSeconds: number): Sample => ({ app: { ready: false }, readiness: { isReady: false, forSeconds } })
const healthy: Sample = { name: 'old', readiness: { isReady: true, forSeconds: 590 } }

const waitingForImage: Sample = {
  agent: true,
  phase: 'Pending',
  age: 20,
  app: { state: waiting('PodInitializing'), ready: false },
  copy: { state: waiting('ImagePullBackOff') },
}
/** Pods with the agent that have done well for a month. */
const twins = (count: number): Sample[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `well-${index}`,
    agent: true,
    age: 2_592_000,
    app: { containerID: 'containerd://1' },
    copy: { state: ended(0) },
    readiness: { isReady: true, forSeconds: 2_591_990 },
  }))

const CASES: Record<string, Record<string, Case>> = {
  'containers of ours': {
    'a sidecar that ends again and again, exit code 0': {
      pods: [{ agent: true, sidecar: { state: ended(0), restartCount: 5 } }],
      harm: /odigos-go-ebpf of pod web has been restarted 5 times: it ended with exit code 0/,
    },
    'the same in a moment in which it runs': {
      pods: [{ agent: true, sidecar: { restartCount: 5, lastState: ended(0) } }],
      harm: /has been restarted 5 times/,
    },
    'a sidecar that ended once and is not started again': {
      pods: [{ agent: true, sidecar: { state: ended(0) } }],
      harm: /ended with exit code 0/,
    },
    'a sidecar that is killed for its memory': {
      pods: [{ agent: true, sidecar: { state: ended(137, 'OOMKilled'), restartCount: 1 } }],
      harm: /exit code 137 \(OOMKilled\)/,
    },
    'a sidecar that was restarted three times in a month': {
      pods: [{ agent: true, age: 2_592_000, sidecar: { restartCount: 3, lastState: ended(1) } }],
    },
    'a sidecar that is ended after the application': {
      pods: [{ agent: true, phase: 'Succeeded', app: { state: ended(0) }, sidecar: { state: ended(137) } }],
    },
    'a copy that ended well': { pods: [{ agent: true, copy: { state: ended(0) } }] },
    'a copy that fails': { pods: [{ agent: true, phase: 'Pending', copy: { state: ended(1) } }], harm: /exit code 1/ },
    'a copy that runs out of memory': {
      pods: [{ agent: true, phase: 'Pending', copy: { state: ended(137, 'OOMKilled') } }],
      harm: /OOMKilled/,
    },
    'a copy that failed in a pod that is not restarted': {
      pods: [
        { agent: true, age: 5, phase: 'Failed', app: { state: waiting('PodInitializing') }, copy: { state: ended(1) } },
      ],
      harm: /odigos-agent-nodejs of pod web ended with exit code 1/,
    },
    'a copy in a pod that was evicted': {
      pods: [{ agent: true, phase: 'Failed', reason: 'Evicted', copy: { state: ended(137) } }],
    },
    ...Object.fromEntries(
      ['CreateContainerError', 'RunContainerError', 'CreateContainerConfigError', 'PreStartHookError'].map((reason) => [
        `a copy that waits: ${reason}`,
        { pods: [{ agent: true, copy: { state: waiting(reason) } }], harm: new RegExp(reason), reason: 'RolledBack' },
      ]),
    ),
    ...Object.fromEntries(
      ['ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'SignatureValidationFailed'].map((reason) => [
        `an image that cannot be had within seconds: ${reason}`,
        {
          pods: [{ agent: true, age: 12, copy: { state: waiting(reason) } }],
          harm: new RegExp(reason),
          reason: 'AgentImageUnavailable',
        },
      ]),
    ),
    ...Object.fromEntries(
      ['ErrImagePull', 'RegistryUnavailable', 'ImageInspectError'].map((reason) => [
        `one attempt to pull an image that fails: ${reason}`,
        { pods: [{ agent: true, age: 90, copy: { state: waiting(reason) } }] },
      ]),
    ),
    'an image that cannot be had by any pod of a rollout': {
      pods: [
        ...['1', '2', '3'].map((name) => ({ ...waitingForImage, name })),
        ...['4', '5', '6'].map((name) => ({ name })),
      ],
      harm: /ImagePullBackOff/,
      reason: 'AgentImageUnavailable',
    },
    'an image that one node cannot pull, beside thirty pods that have it': {
      pods: [{ ...waitingForImage, age: 30 }, ...twins(30)],
    },
    'the same in a rollout of another template': {
      pods: [{ ...waitingForImage, age: 30, template: 'newer' }, ...twins(30)],
    },
    'an image that one node cannot pull for a long time': {
      pods: [{ ...waitingForImage, age: 900 }, ...twins(30)],
      reason: 'AgentImageUnavailable',
      harm: /ImagePullBackOff/,
    },
    'an image of another release, beside pods that have the one before': {
      pods: [{ ...waitingForImage, age: 30, agentImage: 'agent-nodejs:2' }, ...twins(3)],
      harm: /ImagePullBackOff/,
    },
    'an image in a pod that waited long for a node': { pods: [{ ...waitingForImage, age: 3000, onNode: 5 }] },
    'a copy that one of 31 pods cannot create': {
      pods: [{ agent: true, age: 61, copy: { state: waiting('CreateContainerError') } }, ...twins(30)],
    },
    'a sidecar that only one node cannot run': {
      pods: [{ agent: true, sidecar: { state: waiting('CrashLoopBackOff'), restartCount: 4 } }, ...twins(3)],
    },
    'a sidecar that most nodes cannot run': {
      pods: [
        ...['1', '2'].map((name) => ({
          name,
          agent: true,
          sidecar: { state: waiting('CrashLoopBackOff'), restartCount: 4 },
        })),
        ...twins(1),
      ],
      harm: /CrashLoopBackOff/,
    },
    'a copy that no pod of a rollout can create': {
      pods: ['1', '2', '3'].map((name) => ({
        name,
        agent: true,
        age: 61,
        copy: { state: waiting('CreateContainerError') },
      })),
      harm: /CreateContainerError/,
    },
    'a sidecar that ended twice in a month, in a moment in which it is ended': {
      pods: [{ agent: true, age: 2_592_000, sidecar: { state: endedFor(2), restartCount: 1 } }],
    },
    'an image volume that cannot be pulled': {
      pods: [
        {
          agent: true,
          volumeImage: 'r.example/agent-nodejs:1',
          app: {
            state: waiting('ImagePullBackOff', 'Back-off pulling image "r.example/agent-nodejs:1"'),
            ready: false,
          },
        },
      ],
      harm: /odigos-agent-nodejs of pod web waits: ImagePullBackOff/,
      reason: 'AgentImageUnavailable',
    },
    "the application's own image that cannot be pulled": {
      pods: [
        {
          agent: true,
          volumeImage: 'r/agent-nodejs:1',
          app: { state: waiting('ImagePullBackOff', 'web:9'), ready: false },
        },
      ],
    },
    'a copy that is being pulled': { pods: [{ agent: true, copy: { state: waiting('PodInitializing') } }] },
    'a copy that cannot start beside an application that crashes anyway': {
      pods: [
        { agent: true, copy: { state: waiting('CreateContainerError') } },
        { name: 'old', app: loop(9) },
      ],
      harm: /CreateContainerError/,
    },
  },

  restarts: {
    ...Object.fromEntries(
      Object.entries({
        'in a moment in which they are ended': loop(2, ended(0), ended(0)),
        'while the kubelet waits': loop(2, waiting('CrashLoopBackOff'), ended(0)),
        'in a moment in which they run': loop(2, running, ended(0)),
        'in a moment in which they are ready': { ...loop(2, running, ended(0)), ready: true },
      }).flatMap(([moment, app]) => {
        const pods = ['1', '2'].map((name) => ({ name, agent: true, age: 75, app }))
        return [
          [
            `two pods that end with 0 in each of their lives, ${moment}, beside one without the agent`,
            { pods: [...pods, { ...healthy, age: 300 }], harm: /restarted 2 times|crashed repeatedly/ },
          ],
          [
            `two pods that end with 0 in each of their lives, ${moment}, after calm ones`,
            { pods, config: configWith({ restartsPerDay: 0 }), harm: /restarted 2 times|crashed repeatedly/ },
          ],
          [`two restarts, ${moment}, where nothing is known of pods without the agent`, { pods }],
          [
            `two restarts, ${moment}, where pods without the agent have one`,
            { pods: [...pods, { name: 'old', app: { restartCount: 1, lastState: ended(1) } }] },
          ],
          [
            `two restarts in a day, ${moment}`,
            { pods: pods.map((pod) => ({ ...pod, age: 90_000 })), config: configWith({ restartsPerDay: 0 }) },
          ],
        ]
      }),
    ),
    'two restarts while another pod with the agent has none': {
      pods: [{ agent: true, age: 75, app: loop(2) }, { agent: true, name: '2', age: 75 }, healthy],
    },
    'a slow loop that never backs off': {
      pods: [{ agent: true, age: 3600, app: loop(4, running) }],
      harm: /has been restarted 4 times since the agent was added/,
    },
    'a slow loop beside healthy pods of the rollout before': {
      pods: [{ agent: true, age: 3600, app: loop(3, running) }, healthy],
      harm: /restarted 3 times/,
    },
    'a slow loop of which another pod is ready at the moment': {
      pods: [
        { agent: true, age: 3600, app: loop(4, running) },
        { agent: true, name: 'other', age: 3600, app: { restartCount: 4 } },
      ],
      harm: /restarted 4 times/,
    },
    'a slow loop that pods without the agent have as well': {
      pods: [
        { agent: true, age: 3600, app: loop(4, running) },
        { name: 'old', age: 36_000, app: { restartCount: 40 } },
      ],
    },
    'a slow loop that pods without the agent had': {
      pods: [{ agent: true, age: 3600, app: loop(4, running) }],
      config: configWith({ restartsPerDay: 100 }),
    },
    'a crash loop beside an old pod with a few restarts in its long life': {
      pods: [
        { agent: true, app: loop(5) },
        { name: 'old', age: 8_000_000, app: { restartCount: 5 } },
      ],
      harm: /crashed repeatedly/,
    },
    'a crash loop beside an old pod whose neighbour crashes': {
      pods: [
        { agent: true, app: loop(5) },
        { name: 'old', neighbour: loop(9) },
      ],
      harm: /container app .* crashed repeatedly/,
    },
    'a program that is killed by its probe before it is up': {
      pods: [{ agent: true, age: 300, app: loop(3, running, ended(137)) }, healthy],
      harm: /restarted 3 times/,
    },
    'three restarts in a week': {
      pods: [{ agent: true, age: 604_800, app: { restartCount: 3, lastState: ended(1) } }],
    },
    'an image that crashes without the agent as well': {
      pods: [
        { agent: true, app: loop(5) },
        { name: 'old', app: loop(5) },
      ],
    },
    "a crash in a release of the user's, beside pods that have run well with the same agents": {
      pods: [{ agent: true, template: 'newer', copy: {}, app: loop(5) }, ...twins(1)],
    },
    'the same beside pods that have run well with other agents': {
      pods: [{ agent: true, template: 'newer', agentImage: 'agent-nodejs:2', copy: {}, app: loop(5) }, ...twins(1)],
      harm: /crashed repeatedly/,
    },
    'a crash after an hour of health': { pods: [{ agent: true, app: loop(5) }], config: configWith(undefined, 3700) },
  },

  'memory kills': {
    'two, and none without the agent': {
      pods: [{ agent: true, app: loop(1, ...killedTwice) }, healthy],
      harm: /killed 2 times because it ran out of memory/,
    },
    'one in each of two pods': {
      pods: [
        { agent: true, app: loop(1, running, ended(137, 'OOMKilled')) },
        { agent: true, name: 'b', app: loop(1, running, ended(137, 'OOMKilled')) },
      ],
      harm: /killed 2 times/,
    },
    'two after an hour of health': {
      pods: [{ agent: true, app: loop(1, ...killedTwice) }],
      config: configWith({ restartsPerDay: 0 }, 7200),
      harm: /killed 2 times/,
    },
    'two in the pod that does the work, beside one that rests': {
      pods: [
        { agent: true, app: loop(1, ...killedTwice) },
        { agent: true, name: 'b' },
      ],
      harm: /killed 2 times/,
    },
    'two after a day of health': {
      pods: [{ agent: true, app: loop(1, ...killedTwice) }],
      config: configWith({ restartsPerDay: 0 }, 90_000),
    },
    'one after restarts for other reasons': {
      pods: [{ agent: true, age: 80_000, app: loop(4, running, ended(137, 'OOMKilled')) }, healthy],
    },
    'one alone': { pods: [{ agent: true, app: loop(1, running, ended(137, 'OOMKilled')) }, healthy] },
    'of pods without the agent, too': {
      pods: [
        { agent: true, app: loop(1, ...killedTwice) },
        { name: 'old', app: { restartCount: 1, lastState: ended(137, 'OOMKilled') } },
      ],
    },
    'that pods without the agent had': {
      pods: [{ agent: true, app: loop(1, ...killedTwice) }],
      config: configWith({ memoryKilled: true }),
    },
  },

  'containers that cannot start': {
    'with what was added': {
      pods: [{ agent: true, app: loop(0, waiting('CreateContainerError'), {}) }],
      harm: /CreateContainerError/,
    },
    'run into an error with the agent': {
      pods: [{ agent: true, app: loop(0, waiting('RunContainerError'), {}) }],
      harm: /RunContainerError/,
    },
    'without the agent neither': {
      pods: [
        { agent: true, app: loop(0, waiting('CreateContainerError'), {}) },
        { name: 'old', app: loop(0, waiting('CreateContainerError'), {}) },
      ],
    },
    "for a missing Secret of the user's": {
      pods: [{ agent: true, app: loop(0, waiting('CreateContainerConfigError'), {}) }],
    },
    'because their own image is missing': {
      pods: [{ agent: true, app: loop(0, waiting('ErrImagePull'), {}) }, healthy],
    },
  },

  neighbours: {
    'that crashes since processes are shared': {
      pods: [{ agent: true, isShared: true, neighbour: loop(6) }],
      harm: /container side of pod web has crashed repeatedly since an agent was added beside it/,
    },
    'that ends with 0 over and over since processes are shared': {
      pods: [{ agent: true, isShared: true, neighbour: loop(6, ended(0), ended(0)) }],
      harm: /container side/,
    },
    'that crashes beside a healthy pod of the same images without an agent': {
      pods: [
        { agent: true, neighbour: loop(6) },
        { ...healthy, neighbour: {} },
      ],
      harm: /container side/,
    },
    'that crashes without an agent as well': {
      pods: [
        { agent: true, isShared: true, neighbour: loop(6) },
        { name: 'old', neighbour: loop(6) },
      ],
    },
    'that crashes, with nothing to compare it with': { pods: [{ agent: true, neighbour: loop(6) }] },
  },

  readiness: {
    'that is not reached in a rollout in which the pods before are healthy': {
      pods: [{ agent: true, ...unready(400) }, healthy],
      harm: /pod web has not been ready for 400 s since the agent was added; without it 10 s were enough/,
    },
    'that is not reached yet': { pods: [{ agent: true, ...unready(50) }, healthy] },
    'that pods without the agent need long for, too': {
      pods: [
        { agent: true, ...unready(400) },
        { name: 'old', readiness: { isReady: true, forSeconds: 400 } },
      ],
    },
    'that is not reached after all pods were replaced': {
      pods: [{ agent: true, ...unready(601) }],
      config: configWith({ readySeconds: 30 }),
      harm: /without it 30 s were enough/,
    },
    'that is not reached, with nothing to compare it with': { pods: [{ agent: true, ...unready(400) }] },
    'that all pods lack, as when a database is gone': {
      pods: [
        { agent: true, ...unready(400) },
        { name: 'old', ...unready(400) },
      ],
    },
    'that another pod with the agent reached': {
      pods: [
        { agent: true, ...unready(400) },
        { agent: true, name: 'b', readiness: { isReady: true, forSeconds: 500 } },
        healthy,
      ],
    },
    "that only a new template of the user's does not reach": {
      pods: [
        {
          agent: true,
          copy: {},
          template: 'newer',
          app: { ready: false },
          readiness: { isReady: false, forSeconds: 199 },
        },
        ...twins(1).map((twin) => ({ ...twin, age: 900, readiness: { isReady: true, forSeconds: 800 } })),
      ],
      config: configWith({ readySeconds: 10 }),
    },
    'that the same agents let no pod reach, beside pods with other agents': {
      pods: [
        { agent: true, copy: {}, agentImage: 'agent-nodejs:2', template: 'newer', ...unready(601) },
        ...twins(1).map((twin) => ({ ...twin, age: 900, readiness: { isReady: true, forSeconds: 800 } })),
      ],
      config: configWith({ readySeconds: 10 }),
      harm: /not been ready/,
    },
    'that is not reached beside a pod without the agent that lost it for a moment after a day': {
      pods: [
        { agent: true, ...unready(400) },
        {
          name: 'old',
          age: 90_100,
          app: { state: { running: { startedAt: ago(90_000) } } },
          readiness: { isReady: true, forSeconds: 610 },
        },
      ],
      config: configWith({ readySeconds: 10 }),
      harm: /without it 10 s were enough/,
    },
    'that is lost while the pods without the agent keep it': {
      pods: [{ agent: true, age: 3000, ...unready(130) }, healthy],
      harm: /not been ready for 130 s/,
    },
    'that all pods lose after they were replaced, as when a database is gone': {
      pods: [{ agent: true, ...unready(400) }],
      config: configWith({ readySeconds: 30 }),
    },
    'that is lost after an hour of health': {
      pods: [{ agent: true, age: 9000, ...unready(400) }],
      config: configWith({ readySeconds: 30 }, 3700),
    },
  },

  runs: {
    'six that failed, and no other is known': {
      pods: ['1', '2', '3', '4', '5', '6'].map((name) => failedRun(name, { agent: true })),
      harm: /run 1 failed with the agent: container app ended with exit code 1/,
    },
    'one that failed after one without the agent that did not': {
      pods: [failedRun('2', { agent: true, age: 3 }), doneRun('1')],
    },
    'two that failed after one without the agent that did not': {
      pods: [failedRun('3', { agent: true }), failedRun('2', { agent: true }), doneRun('1')],
      harm: /run 3 failed/,
    },
    'one that failed after those that are deleted by now': {
      pods: [failedRun('2', { agent: true })],
      config: configWith({ runs: 'Succeeded' }),
    },
    'the second that failed, where the first is deleted by now': {
      pods: [failedRun('3', { agent: true })],
      config: configWith({ runs: 'Succeeded' }, 0, { failedRun: '2' }),
      harm: /run 3 failed/,
    },
    'the first that failed, once more': {
      pods: [failedRun('2', { agent: true })],
      config: configWith({ runs: 'Succeeded' }, 0, { failedRun: '2' }),
    },
    'two that failed after others with the agent that are deleted by now': {
      pods: [failedRun('8', { agent: true }), failedRun('9', { agent: true })],
      config: configWith({ runs: 'Succeeded' }, 0, { hasSucceeded: true }),
    },
    'one that failed, and no other is known': { pods: [failedRun('1', { agent: true })] },
    'that fail without the agent as well': {
      pods: [failedRun('2', { agent: true }), failedRun('3', { agent: true }), failedRun('1')],
    },
    'that failed without the agent as well': {
      pods: [failedRun('2', { agent: true }), failedRun('3', { agent: true })],
      config: configWith({ runs: 'Failed' }),
    },
    'one of several with the agent': {
      pods: [failedRun('3', { agent: true }), doneRun('2', { agent: true }), doneRun('1')],
    },
    'that were evicted': { pods: [failedRun('2', { agent: true, reason: 'Evicted' }), doneRun('1')] },
    'that crash and are restarted': {
      pods: [{ agent: true, app: loop(5) }, doneRun('1')],
      harm: /crashed repeatedly/,
    },
  },
}

for (const [kind, cases] of Object.entries(CASES))
  describe(`outcome: ${kind}`, () => {
    for (const [title, { pods, config, harm, reason }] of Object.entries(cases))
      it(`${harm ? 'harm' : 'no harm'}: ${title}`, () => {
        const views = pods.map(view)
        const found = findHarm({
          agentImages: IMAGES,
          pods: views,
          config: withAgents(config, views),
          settings: effectiveConfig({}),
          nowMs: NOW,
        })
        if (harm) assert.match(found?.message ?? 'no harm', harm)
        else assert.equal(found, undefined)
        if (reason) assert.equal(found?.reason, reason)
      })
  })
