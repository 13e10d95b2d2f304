import type { Container, Pod } from '../../../src/api/kubernetes.ts'
import type { ContainerDecision, InstrumentationConfigSpec } from '../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../src/api/kinds/odigos-config.ts'
import { SYSTEM_NAMESPACE } from '../../../src/api/names.ts'
import type { Agent } from '../../../src/api/vocabulary.ts'
import type { DecisionContext } from '../../../src/inject/types.ts'

export const IMAGES = { agent: (agent: Agent) => `registry.test/agent-${agent}:1.0`, pullPolicy: 'IfNotPresent' }

/** A decision for every container of the pod, as the instrumentor would write it. */
export const configFor = (
  pod: Pod,
  agent: Agent,
  change: Partial<ContainerDecision> = {},
): InstrumentationConfigSpec => ({
  workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
  containers: pod.spec.containers.map(({ name }: Container) => ({
    name,
    agent,
    reason: 'AgentSelected' as const,
    message: '',
    ...(agent === 'go-ebpf' ? { executable: `/bin/${name}` } : {}),
    ...change,
  })),
  pipeline: {
    collectorsGroup: 'node',
    endpoint: 'http://odigos-node-collector.odigos-system:4318',
    signals: ['traces', 'metrics'],
  },
})

export const contextFor = (pod: Pod, agent: Agent, change: Partial<DecisionContext> = {}): DecisionContext => ({
  namespace: { name: 'shop', labels: {} },
  systemNamespace: SYSTEM_NAMESPACE,
  settings: effectiveConfig({ ignoredContainers: [] }),
  configFor: configFor(pod, agent),
  images: IMAGES,
  ...change,
})
