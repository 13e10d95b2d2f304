import assert from 'node:assert/strict'
import type { Metadata } from '../../../../src/api/kubernetes.ts'
import { decide } from '../../../../src/inject/decide.ts'
import type { DecisionContext } from '../../../../src/inject/types.ts'
import { configFor, contextFor } from '../../../support/injection/injection-context.ts'

type Marks = Pick<Metadata, 'labels' | 'annotations'>

const outcomeOf = (ofPod: Marks, ofNamespace: Marks = {}, agent: 'nodejs' | 'sdk-config' = 'nodejs') => {
  const pod = { metadata: ofPod, spec: { containers: [{ name: 'app', image: 'app:1' }] } }
  const namespace: DecisionContext['namespace'] = { name: 'shop', labels: {}, ...ofNamespace }
  return decide(pod, contextFor(pod, agent, { namespace })).containers['app']
}

const label = (name: string, value = 'true'): Marks => ({ labels: { [name]: value } })
const annotation = (name: string, value = 'true'): Marks => ({ annotations: { [name]: value } })

describe("marks of other vendors' webhooks", () => {
  const onPods: [marks: Marks, vendor: string][] = [
    [annotation('admission.datadoghq.com/java-lib.version', 'v1'), 'Datadog'],
    [label('admission.datadoghq.com/enabled'), 'Datadog'],
    [annotation('admission.datadoghq.com/apm-inject.version', 'v0'), 'Datadog'],
    [annotation('instrumentation.newrelic.com/inject-java'), 'New Relic'],
    [annotation('co.elastic.apm/attach', 'java'), 'Elastic APM'],
    [label('dash0.com/instrumented'), 'Dash0'],
    [label('instana-autotrace'), 'Instana'],
    [label('instana-autotrace-applied'), 'Instana'],
    [label('swck-java-agent-injected'), 'SkyWalking'],
    [annotation('oneagent.dynatrace.com/inject'), 'Dynatrace'],
    [annotation('instrumentation.opentelemetry.io/inject-nodejs', 'shop/default'), 'the OpenTelemetry Operator'],
  ]
  for (const [marks, vendor] of onPods) {
    it(`on a pod: ${JSON.stringify(marks)}`, () => {
      assert.deepEqual([outcomeOf(marks)?.reason, outcomeOf(marks)?.message], ['OtherAgent', `${vendor} was detected`])
      const off = JSON.parse(JSON.stringify(marks).replace(/:"[^"]*"/, ':"False"')) as Marks
      assert.equal(outcomeOf(off)?.reason, 'Injected')
    })
  }

  it('on a namespace hold for its pods, unless a pod says otherwise', () => {
    const marks = annotation('instrumentation.opentelemetry.io/inject-java')
    for (const ofNamespace of [
      marks,
      label('instana-autotrace'),
      annotation('instrumentation.newrelic.com/inject-java'),
    ]) {
      assert.equal(outcomeOf({}, ofNamespace)?.reason, 'OtherAgent')
    }
    assert.equal(
      outcomeOf(annotation('instrumentation.opentelemetry.io/inject-java', 'false'), marks)?.reason,
      'Injected',
    )
  })

  it('that add no agent do not matter', () => {
    for (const marks of [
      annotation('instrumentation.opentelemetry.io/inject-sdk'),
      annotation('instrumentation.opentelemetry.io/container-names', 'app'),
      label('dash0.com/enable'),
      annotation('sidecar.opentelemetry.io/inject'),
    ]) {
      assert.equal(outcomeOf(marks)?.reason, 'Injected', JSON.stringify(marks))
    }
  })

  it('do not matter where only an SDK is configured', () =>
    assert.equal(outcomeOf(label('instana-autotrace'), {}, 'sdk-config')?.reason, 'Injected'))
})

describe("an application's own OpenTelemetry", () => {
  it('is told from the agents of other vendors', () => {
    const pod = (value: string) => ({
      spec: { containers: [{ name: 'app', image: 'app:1', env: [{ name: 'JAVA_TOOL_OPTIONS', value }] }] },
    })
    const reasonOf = (value: string) =>
      decide(pod(value), contextFor(pod(value), 'java', { configFor: configFor(pod(value), 'java') })).containers['app']
        ?.reason
    assert.equal(reasonOf('-javaagent:/app/opentelemetry-javaagent.jar'), 'OwnSdk')
    assert.equal(reasonOf('-javaagent:/app/dd-java-agent.jar'), 'OtherAgent')
    assert.equal(reasonOf('-javaagent:/app/splunk-otel-javaagent.jar'), 'OtherAgent')
  })
})
