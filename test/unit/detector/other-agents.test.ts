import assert from 'node:assert/strict'
import { findOtherAgent } from '../../../src/detector/other-agents.ts'
import type { ProcessSnapshot } from '../../../src/detector/proc/process-snapshot.ts'
import { decide, processOf } from './replay.ts'

const agentIn = (fields: Partial<ProcessSnapshot>): string | undefined =>
  findOtherAgent(processOf({ exe: '/usr/bin/app', ...fields }))?.agent

const goWith = (...dependencies: string[]): Partial<ProcessSnapshot> => ({
  elf: { needed: [], sections: [], go: { version: '1.22', main: 'a/b', dependencies } },
})

describe('detector: agents of others', () => {
  it('none in a hostile megabyte, which takes no longer than another', () => {
    const hostile = 'javaagent'.repeat(120_000)
    assert.equal(agentIn({ argv: ['java', `-${hostile}`], env: { JAVA_TOOL_OPTIONS: hostile } }), undefined)
    assert.equal(agentIn({ env: { JAVA_TOOL_OPTIONS: `${hostile} -javaagent:/x/instana.jar` } }), 'Instana')
  }).timeout(10_000)

  const CASES: [name: string, fields: Partial<ProcessSnapshot>, agent: string | undefined][] = [
    ['Java, variable', { env: { JAVA_TOOL_OPTIONS: '-javaagent:/dd/dd-java-agent.jar' } }, 'Datadog'],
    [
      'Java, command line',
      { argv: ['java', '-javaagent:/o/opentelemetry-javaagent.jar', '-jar', 'a.jar'] },
      'OpenTelemetry',
    ],
    ['Java, a jar of that name that is no agent', { argv: ['java', '-jar', 'appdynamics-report.jar'] }, undefined],
    ['Node.js, variable', { env: { NODE_OPTIONS: '--require dd-trace/init' } }, 'Datadog'],
    ['Node.js, command line', { argv: ['node', '-r', 'elastic-apm-node/start', 'app.js'] }, 'Elastic APM'],
    ['Node.js, an application in a folder of that name', { argv: ['node', '/srv/newrelic-proxy/app.js'] }, undefined],
    ['Python, path', { env: { PYTHONPATH: '/x/ddtrace/bootstrap:/app' } }, 'Datadog'],
    ['Python, command line', { argv: ['python', '/usr/bin/opentelemetry-instrument', 'app.py'] }, 'OpenTelemetry'],
    ['.NET', { env: { CORECLR_PROFILER: '{846f5f1c-f9ae-4b07-969e-05c26bc060d8}' } }, 'Datadog'],
    ['Ruby', { env: { RUBYOPT: '-rddtrace/auto_instrument' } }, 'Datadog'],
    ['preloaded', { env: { LD_PRELOAD: '/opt/dynatrace/oneagent/liboneagentproc.so' } }, 'Dynatrace'],
    ['in memory', { mapped: ['/usr/lib/x.so', '/opt/ddtrace-1.0.so', '/usr/lib/y.so'] }, 'Datadog'],
    ['by a variable of its own', { env: { DD_INJECTION_ENABLED: 'present' } }, 'Datadog'],
    ['by the address of its collector', { env: { DD_TRACE_AGENT_URL: 'present' } }, 'Datadog'],
    ['by the path of its configuration', { env: { NEW_RELIC_CONFIG_FILE: 'present' } }, 'New Relic'],
    ['Splunk, Java', { env: { JAVA_TOOL_OPTIONS: '-javaagent:/splunk-otel-javaagent.jar' } }, 'Splunk'],
    ['Splunk, Python', { argv: ['python', '/usr/bin/splunk-py-trace', 'app.py'] }, 'Splunk'],
    [
      'an option of another letter case',
      { env: { JAVA_TOOL_OPTIONS: '-javaagent:/x/AppDynamics.jar' } },
      'AppDynamics',
    ],
    ['Go module', goWith('go.opentelemetry.io/otel/sdk@v1.28.0'), 'OpenTelemetry'],
    ['Go module of the API only', goWith('go.opentelemetry.io/otel@v1.28.0'), undefined],
    ['package.json', { files: { '/app/package.json': '{"dependencies":{"dd-trace":"5.0.0"}}' } }, 'Datadog'],
    [
      'package.json, for development',
      { files: { '/app/package.json': '{"devDependencies":{"dd-trace":"5"}}' } },
      undefined,
    ],
    [
      'package.json, that the boot file stands back for',
      { files: { '/a/package.json': '{"dependencies":{"@sentry/node":"8"}}' } },
      'Sentry',
    ],
    ['package.json that is none', { files: { '/app/package.json': '{' } }, undefined],
    ['ours', { env: { JAVA_TOOL_OPTIONS: '-javaagent:/var/odigos/java/opentelemetry-javaagent.jar' } }, undefined],
    [
      'ours in Python',
      { env: { PYTHONPATH: '/var/odigos/python/opentelemetry/instrumentation/auto_instrumentation' } },
      undefined,
    ],
    ['nothing', {}, undefined],
  ]
  for (const [name, fields, agent] of CASES) it(name, () => assert.equal(agentIn(fields), agent))

  it('is the answer of the container, without the value of a variable', () => {
    const process = processOf({
      exe: '/usr/local/bin/node',
      env: { NODE_OPTIONS: '--require dd-trace/init --token=secret' },
    })
    const { reason, message, language } = decide({ processes: [process] })
    assert.deepEqual(
      { reason, message, language },
      { reason: 'OtherAgent', message: 'Datadog was detected in NODE_OPTIONS', language: 'nodejs' },
    )
  })
})
