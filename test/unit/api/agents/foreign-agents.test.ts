/** The agents of other vendors are known alike by the detector, in a process, and by the webhook, in a pod. */
import assert from 'node:assert/strict'
import type { Container, Pod } from '../../../../src/api/kubernetes.ts'
import { findOtherAgent } from '../../../../src/detector/other-agents.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { configFor, contextFor } from '../../../support/injection/injection-context.ts'
import { processOf } from '../../detector/replay.ts'

interface Row {
  env?: Record<string, string>
  argv?: string[]
}

const java = (jar: string): Row[] => [
  { env: { JAVA_TOOL_OPTIONS: `-Xmx1g -javaagent:/opt/${jar}` } },
  { env: { JDK_JAVA_OPTIONS: `-javaagent:/opt/${jar}=x` } },
  { argv: ['java', `-javaagent:/opt/${jar}`, '-jar', 'app.jar'] },
]
const node = (module: string): Row[] => [
  { env: { NODE_OPTIONS: `--require ${module}` } },
  { env: { NODE_OPTIONS: `--max-old-space-size=99 --import=${module}` } },
  { argv: ['node', '-r', module, 'app.js'] },
]
const variable = (name: string): Row[] => [{ env: { [name]: 'x' } }]
const path = (folder: string): Row[] => [{ env: { PYTHONPATH: `${folder}:/app` } }]
const command = (program: string): Row[] => [
  { argv: [program, 'python', 'app.py'] },
  { argv: ['python', `/usr/local/bin/${program}`, 'gunicorn', 'app'] },
]
const preload = (file: string): Row[] => [{ env: { LD_PRELOAD: file } }]

const AGENTS: [vendor: string, rows: Row[]][] = [
  ['Datadog', java('dd-java-agent.jar')],
  ['Datadog', node('dd-trace/init')],
  ['Datadog', path('/usr/lib/python3/site-packages/ddtrace/bootstrap')],
  ['Datadog', command('ddtrace-run')],
  ['Datadog', [...variable('DD_INJECTION_ENABLED'), ...variable('DD_TRACE_AGENT_URL')]],
  ['Datadog', preload('/opt/datadog-packages/datadog-apm-inject/stable/inject/launcher.preload.so')],
  ['Datadog', [{ env: { RUBYOPT: '-rddtrace/auto_instrument' } }, { env: { RUBYOPT: '-rdatadog/auto_instrument' } }]],
  ['New Relic', java('newrelic/newrelic.jar')],
  ['New Relic', node('newrelic')],
  ['New Relic', path('/x/newrelic/bootstrap')],
  ['New Relic', [...command('newrelic-admin'), ...variable('NEW_RELIC_CONFIG_FILE')]],
  ['Elastic APM', java('elastic-apm-agent-1.52.jar')],
  ['Elastic APM', node('elastic-apm-node/start')],
  ['Elastic APM', command('elasticapm-run')],
  ['AppDynamics', java('appdynamics/javaagent.jar')],
  ['AppDynamics', [...node('appdynamics'), ...variable('APPDYNAMICS_CONTROLLER_HOST_NAME')]],
  ['Instana', [...java('instana-agent.jar'), ...node('@instana/collector/src/immediate')]],
  [
    'Dynatrace',
    [...preload('/opt/dynatrace/oneagent/agent/lib64/liboneagentproc.so'), ...variable('DT_DYNAMIZER_TARGET_EXE')],
  ],
  ['OpenTelemetry', java('opentelemetry-javaagent.jar')],
  ['OpenTelemetry', [...java('grafana-opentelemetry-java.jar'), ...java('aws-opentelemetry-agent.jar')]],
  ['OpenTelemetry', node('@opentelemetry/auto-instrumentations-node/register')],
  ['OpenTelemetry', command('opentelemetry-instrument')],
  ['Splunk', [...java('splunk-otel-javaagent.jar'), ...node('@splunk/otel/instrument')]],
  ['SkyWalking', java('skywalking-agent.jar')],
  ['Pinpoint', java('pinpoint-bootstrap-2.5.jar')],
  ['Application Insights', java('applicationinsights-agent-3.7.jar')],
  ['Contrast', [...java('contrast/contrast-agent.jar'), ...java('contrast.jar')]],
  ['Site24x7', preload('/opt/apminsight/libapminsight.so')],
]

const inProcess = ({ env = {}, argv = ['app'] }: Row) => findOtherAgent(processOf({ exe: '/usr/bin/app', env, argv }))

const inPod = ({ env = {}, argv }: Row) => {
  const container: Container = {
    name: 'app',
    image: 'app:1',
    ...(argv ? { command: argv } : {}),
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  }
  const pod: Pod = { spec: { containers: [container] } }
  return decide(pod, contextFor(pod, 'python', { configFor: configFor(pod, 'python') })).containers['app']
}

describe('agents of other vendors', () => {
  for (const [vendor, rows] of AGENTS)
    for (const row of rows) {
      it(`${vendor}: ${JSON.stringify(row)}`, () => {
        const seen = inProcess(row)
        assert.equal(seen?.agent, vendor)
        const outcome = inPod(row)
        assert.equal(outcome?.message, `${vendor} was detected`)
        assert.equal(outcome?.reason, seen?.reason)
      })
    }

  for (const row of [
    { env: { JAVA_TOOL_OPTIONS: '-Xmx1g -Dx.off=true' } },
    { argv: ['java', '-jar', '/opt/contrast/report.jar'] },
    { argv: ['node', '/srv/dd-trace-viewer/app.js'] },
    { argv: ['python', '/srv/datadog_exporter.py'] },
    { env: { DD_ENV: 'prod', NEW_RELIC_APP_NAME: 'shop' } },
  ]) {
    it(`none: ${JSON.stringify(row)}`, () => {
      assert.equal(inProcess(row), undefined)
      assert.equal(inPod(row)?.reason, 'Injected')
    })
  }
})
