/** Applications whose agents fail, each in its own way, and what has to become of each of them. */
import type { WorkloadState } from '../../../src/api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../src/api/reasons.ts'
import { images } from './demo.ts'

export const NAMESPACE = 'failing'
const PORT = 8080
const PATH = '/healthz'

const image = (name: string): string => `${images.registry}/${name}:${images.tag}`

/** The images of test/images, which stand for those of the agents. */
export const FAILING_AGENTS = image('failing-agents')
export const PYTHON_AGENT = image('agent-python')

const PROGRAMS = {
  'server.cjs': `
    require('http').createServer((request, response) => response.end('ok')).listen(${PORT})
    process.on('SIGTERM', () => process.exit(0))`,
  'server.py': `
from flask import Flask
app = Flask(__name__)
app.get("${PATH}")(lambda: "ok")
app.run("0.0.0.0", ${PORT})
`,
}

interface Workload {
  replicas?: number
  image: string
  command?: readonly string[]
  env?: Record<string, string>
  memory?: string
  neighbour?: object
}

const go = (rest: Partial<Workload> = {}): Workload => ({ image: image('shop-pricing'), memory: '128Mi', ...rest })
const nodejs = (failure: string, rest: Partial<Workload> = {}): Workload => ({
  image: image('control-plane'),
  command: ['/usr/local/bin/node', '/app/server.cjs'],
  env: { FAILS: failure },
  ...rest,
})
const PYTHON: Workload = { image: image('shop-cart'), command: ['python3', '/app/server.py'] }

/** Deployments by name. That of the failing agent for Go knows its name from the service. */
const WORKLOADS: Record<string, Workload> = {
  exits: go(),
  unreadable: go(),
  hangs: go(),
  gulps: go(),
  mute: go(),
  newer: go({ image: FAILING_AGENTS, command: ['/programs/newer'] }),
  headless: go({ image: FAILING_AGENTS, command: ['/programs/headless'] }),
  beside: go({ neighbour: { name: 'neighbour', image: image('s6-neighbour') } }),
  throws: nodejs('throws'),
  stalls: nodejs('stalls'),
  swells: nodejs('swells', { memory: '192Mi' }),
  imageless: { ...PYTHON, replicas: 2 },
  warned: PYTHON,
}

export const urlOf = (name: string): string => `http://${name}.${NAMESPACE}:${PORT}${PATH}`

const container = ({ image: reference, command, env = {}, memory }: Workload): object => ({
  name: 'app',
  image: reference,
  ...(command ? { command } : {}),
  env: Object.entries({ PORT: String(PORT), ...env }).map(([name, value]) => ({ name, value })),
  ports: [{ containerPort: PORT }],
  readinessProbe: { httpGet: { path: PATH, port: PORT }, periodSeconds: 1, timeoutSeconds: 3 },
  // Endpoints of a pod that ends go a moment after it is told to, with or without us.
  lifecycle: { preStop: { sleep: { seconds: 3 } } },
  volumeMounts: [{ name: 'app', mountPath: '/app' }],
  ...(memory ? { resources: { limits: { memory } } } : {}),
})

const objectsOf = ([name, workload]: [string, Workload]): object[] => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      replicas: workload.replicas ?? 1,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 8,
          containers: [container(workload), ...(workload.neighbour ? [workload.neighbour] : [])],
          volumes: [{ name: 'app', configMap: { name: 'programs' } }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { app: name }, ports: [{ port: PORT }] },
  },
]

export const NAMES = Object.keys(WORKLOADS)

export const failingManifests = (): object[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'programs', namespace: NAMESPACE }, data: PROGRAMS },
  ...Object.entries(WORKLOADS).flatMap(objectsOf),
]

/** How a workload has to end: its state, and the condition with the reason. */
export interface Ending {
  state: WorkloadState
  condition: 'AgentLoaded' | 'Instrumented'
  reason: Reason
  message: RegExp
}

const stoodBack = (message: RegExp, reason: Reason = 'AgentFailed'): Ending => ({
  state: 'NothingArrives',
  condition: 'AgentLoaded',
  reason,
  message,
})
const instrumented = (state: WorkloadState, reason: Reason, message: RegExp): Ending => ({
  state,
  condition: 'Instrumented',
  reason,
  message,
})

/** Known before a restart, by the detector and by a dry run: nothing is added to their pods. */
export const LEFT_ALONE: Record<string, Ending> = {
  newer: instrumented('NotInstrumented', 'GoProgramUnreadable', /newer than the agent knows/),
  headless: instrumented('NotInstrumented', 'GoProgramUnreadable', /no table of functions/),
  beside: instrumented(
    'NotInstrumented',
    'ProcessNamespaceNotShared',
    /s6-svscan in container neighbour must be process 1/,
  ),
}

/** The others that run Go, whose pods stay ready whatever the agent does. */
export const BESIDE_GO: Record<string, Ending> = {
  exits: stoodBack(/the agent ended for an unknown reason/),
  unreadable: stoodBack(/debug information was removed/, 'GoProgramUnreadable'),
  hangs: stoodBack(/the agent has not attached its probes yet/),
  gulps: stoodBack(/the agent took more than|probably for memory/),
  mute: instrumented('NothingArrives', 'NothingArrives', /ServerNotInstrumented/),
}

/** Those whose agent is part of their process, which is taken away again. */
export const ROLLED_BACK: Record<string, Ending> = {
  throws: instrumented('RolledBack', 'RolledBack', /restarted|crashed/),
  stalls: instrumented('RolledBack', 'RolledBack', /has not been ready/),
  swells: instrumented('RolledBack', 'RolledBack', /ran out of memory|has crashed/),
}

/** One of two whose agent's image is missing tries it, and the other one does not. */
export const IMAGE_MISSING: Record<string, Ending> = {
  imageless: instrumented('RolledBack', 'AgentImageUnavailable', /ImagePullBackOff/),
  warned: instrumented('NotInstrumented', 'AgentImageUnavailable', /imageless/),
}
