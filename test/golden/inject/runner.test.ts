/**
 * Each folder beside this file is a case: a pod, what is known about it, and what has to come out. UPDATE_GOLDEN=1
 * writes what comes out; the diff is for a reader to judge. Every case is held to the laws of mutation, too.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Pod } from '../../../src/api/kubernetes.ts'
import type { ContainerDecision, InstrumentationConfigSpec } from '../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../src/api/kinds/odigos-config.ts'
import { SYSTEM_NAMESPACE } from '../../../src/api/names.ts'
import type { PodSecurityLevel } from '../../../src/api/vocabulary.ts'
import type { NamespaceLimits } from '../../../src/inject/resources/limits.ts'
import type { DecisionContext } from '../../../src/inject/types.ts'
import { IMAGES } from '../../support/injection/injection-context.ts'
import { assertLaws } from '../../support/injection/pod-laws.ts'

interface CaseContext {
  /** What the case is about, for the reader. */
  about: string
  namespace?: DecisionContext['namespace']
  settings?: object
  podSecurityDefault?: PodSecurityLevel
  limits?: Partial<NamespaceLimits>
  /** `null`: the workload is not instrumented. */
  config?: Partial<Omit<InstrumentationConfigSpec, 'containers'>> & { containers?: Partial<ContainerDecision>[] }
  /** Show the trace, too. */
  trace?: boolean
}

const PIPELINE = {
  collectorsGroup: 'node',
  endpoint: 'http://odigos-node-collector.odigos-system.svc:4318',
  signals: ['traces', 'metrics'],
}

const contextOf = ({ namespace, settings, config, podSecurityDefault, limits }: CaseContext): DecisionContext => ({
  namespace: namespace ?? { name: 'shop', labels: {} },
  systemNamespace: SYSTEM_NAMESPACE,
  settings: effectiveConfig(settings),
  configFor: config
    ? ({
        workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
        pipeline: PIPELINE,
        ...config,
        containers: (config.containers ?? []).map((each) => ({ reason: 'AgentSelected', message: '', ...each })),
      } as InstrumentationConfigSpec)
    : undefined,
  images: IMAGES,
  ...(podSecurityDefault ? { podSecurityDefault } : {}),
  ...(limits ? { limits: { ranges: limits.ranges ?? [], quotas: limits.quotas ?? [] } } : {}),
})

describe('golden: injection', () => {
  const cases = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of cases) {
    it(name, () => {
      const folder = join(import.meta.dirname, name)
      const pod = parse(readFileSync(join(folder, 'pod.yaml'), 'utf8')) as Pod
      const context = parse(readFileSync(join(folder, 'context.yaml'), 'utf8')) as CaseContext
      const { decision, after } = assertLaws(pod, contextOf(context))
      const actual = {
        outcome: decision.outcome,
        containers: decision.containers,
        ...(context.trace ? { trace: decision.trace } : {}),
        pod: decision.patch.length === 0 ? 'unchanged' : after,
      }
      const file = join(folder, 'expected.yaml')
      if (process.env['UPDATE_GOLDEN']) {
        writeFileSync(file, stringify(actual, { lineWidth: 0, aliasDuplicateObjects: false }))
      }
      assert.deepEqual(JSON.parse(JSON.stringify(actual)), parse(readFileSync(file, 'utf8')))
    })
  }
})
