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
      { files: { '/app/package.json': '{"dependencies":{"@sentry/node":"8"}}' } },
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

describe('detector: the package of a Node.js application', () => {
  const manifest = (...names: string[]): string =>
    JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '1'])) })
  const own = { '/app/package.json': manifest('next', '@opentelemetry/sdk-node') }
  const tool = manifest('react')
  const PNPM = '/app/node_modules/.pnpm/next@15.1.0/node_modules/next'
  const ROWS: [
    title: string,
    fields: Partial<ProcessSnapshot>,
    files: Record<string, string>,
    reason: 'OwnSdk' | 'OtherAgent' | 'Detected',
  ][] = [
    ['a script', { argv: ['node', 'server.js'] }, own, 'OwnSdk'],
    ['a script in a folder', { argv: ['node', 'dist/src/apps/web/main.js'] }, own, 'OwnSdk'],
    ['a title of Next.js', { argv: ['next-server (v15.1.0)'] }, own, 'OwnSdk'],
    [
      'the program of Next.js',
      { argv: ['node', '/app/node_modules/next/dist/bin/next', 'start'] },
      { ...own, '/app/node_modules/next/package.json': tool },
      'OwnSdk',
    ],
    ['the same by a link', { argv: ['node', 'node_modules/.bin/next', 'start'] }, own, 'OwnSdk'],
    [
      "the same in pnpm's store",
      { argv: ['node', `${PNPM}/dist/bin/next`, 'start'] },
      { ...own, [`${PNPM}/package.json`]: tool },
      'OwnSdk',
    ],
    [
      'a package of a workspace, whose tools are above it',
      { argv: ['node', '/work/node_modules/next/dist/bin/next'], cwd: '/work/apps/web' },
      { '/work/apps/web/package.json': manifest('@vercel/otel'), '/work/package.json': manifest('turbo') },
      'OwnSdk',
    ],
    [
      'pm2',
      {
        argv: ['node', '/usr/lib/node_modules/pm2/lib/ProcessContainerFork.js'],
        env: { pm_exec_path: '/srv/shop/dist/main.js' },
        cwd: '/',
      },
      { '/srv/shop/package.json': manifest('@honeycombio/opentelemetry-node') },
      'OwnSdk',
    ],
    [
      'a title under pm2',
      { argv: ['shop worker'], env: { pm_exec_path: '/srv/shop/dist/main.js' }, cwd: '/' },
      { '/srv/shop/package.json': manifest('dd-trace') },
      'OtherAgent',
    ],
    [
      'a manifest with a type only, above it the one of the application',
      { argv: ['node', 'dist/esm/main.js'] },
      { ...own, '/app/dist/esm/package.json': '{"type":"module"}' },
      'OwnSdk',
    ],
    ['nothing beside the script, but in the working directory', { argv: ['node', '/opt/start.js'] }, own, 'OwnSdk'],
    [
      'Sentry of a framework',
      { argv: ['node', 'server.js'] },
      { '/app/package.json': manifest('@sentry/remix') },
      'OtherAgent',
    ],
    [
      'an SDK of a tool, not of the application',
      { argv: ['node', '/app/node_modules/tool/bin.js'] },
      {
        '/app/package.json': manifest('tool'),
        '/app/node_modules/tool/package.json': manifest('@opentelemetry/sdk-node'),
      },
      'Detected',
    ],
    [
      'an SDK of another package above',
      { argv: ['node', '/work/apps/web/main.js'], cwd: '/work/apps/web' },
      { '/work/apps/web/package.json': manifest('express'), '/work/package.json': manifest('@opentelemetry/sdk-node') },
      'Detected',
    ],
    ['the API alone', { argv: ['node', 'a.js'] }, { '/app/package.json': manifest('@opentelemetry/api') }, 'Detected'],
  ]
  for (const [title, fields, files, reason] of ROWS) {
    it(`${title}: ${reason}`, () => {
      const process = processOf({ exe: '/usr/local/bin/node', env: {}, ...fields })
      assert.equal(decide({ processes: [process], files: { [process.pid]: files } }).reason, reason)
    })
  }
})

describe('detector: agents and libraries of a JVM', () => {
  const lines = (...names: string[]): string => names.join('\n')
  const premain = (name: string): string => `Manifest-Version: 1.0\r\nPremain-Class: ${name}\r\n`
  const SDK = 'opentelemetry-sdk-trace-1.40.0.jar'
  const EXPORTER = 'opentelemetry-exporter-otlp-1.40.0.jar'
  const ROWS: [
    title: string,
    fields: Partial<ProcessSnapshot>,
    files: Record<string, string>,
    reason: 'OwnSdk' | 'OtherAgent' | 'Detected',
  ][] = [
    [
      'an agent in a jar of any name',
      { argv: ['java', '-javaagent:/opt/otel/agent.jar=x', '-jar', 'a.jar'] },
      { '/opt/otel/agent.jar!/META-INF/MANIFEST.MF': premain('io.opentelemetry.javaagent.OpenTelemetryAgent') },
      'OwnSdk',
    ],
    [
      'an agent in a variable',
      { argv: ['java', 'Main'], env: { JAVA_TOOL_OPTIONS: '-Xmx1g -javaagent:agent.jar' } },
      { '/app/agent.jar!/META-INF/MANIFEST.MF': premain('com.newrelic.bootstrap.BootstrapAgent') },
      'OtherAgent',
    ],
    [
      'an agent that does not trace',
      { argv: ['java', '-javaagent:/jmx.jar=8080:c.yaml', '-jar', 'a.jar'] },
      { '/jmx.jar!/META-INF/MANIFEST.MF': premain('io.prometheus.jmx.JavaAgent') },
      'Detected',
    ],
    [
      'ours',
      { argv: ['java', 'Main'], env: { JAVA_TOOL_OPTIONS: '-javaagent:/var/odigos/java/agent.jar' } },
      {},
      'Detected',
    ],
    [
      'a fat jar of Spring Boot with the starter',
      { argv: ['java', '-jar', '/app.jar'] },
      {
        '/app.jar!/': lines(
          'BOOT-INF/lib/spring-core-6.jar',
          'BOOT-INF/lib/opentelemetry-spring-boot-starter-2.9.0.jar',
        ),
      },
      'OwnSdk',
    ],
    [
      'a fat jar with SDK and exporter',
      { argv: ['java', '-Xmx1g', '-jar', 'shop.jar'] },
      { '/app/shop.jar!/': lines(`BOOT-INF/lib/${SDK}`, `BOOT-INF/lib/${EXPORTER}`) },
      'OwnSdk',
    ],
    [
      'a library that uses the SDK, without an exporter',
      { argv: ['java', '-jar', 'shop.jar'] },
      { '/app/shop.jar!/': `BOOT-INF/lib/${SDK}` },
      'Detected',
    ],
    [
      'a shaded jar',
      { argv: ['java', '-jar', 'shop.jar'] },
      {
        '/app/shop.jar!/': lines(
          'io/opentelemetry/sdk/trace/SdkTracerProvider.class',
          'io/opentelemetry/exporter/otlp/trace/OtlpGrpcSpanExporter.class',
        ),
      },
      'OwnSdk',
    ],
    [
      'Quarkus',
      { argv: ['java', '-jar', '/deployments/quarkus-run.jar'] },
      { '/deployments/lib/main/': lines('io.quarkus.quarkus-core-3.jar', 'io.quarkus.quarkus-opentelemetry-3.jar') },
      'OwnSdk',
    ],
    ['a class path with jars', { argv: ['java', '-cp', `/app:/lib/${SDK}:/lib/${EXPORTER}`, 'Main'] }, {}, 'OwnSdk'],
    [
      'a class path with a wildcard',
      { argv: ['java', '-cp', '/app/lib/*', 'Main'] },
      { '/app/lib/': lines(SDK, EXPORTER) },
      'OwnSdk',
    ],
    [
      'a class path in a file',
      { argv: ['java', '-cp', '@/app/jib-classpath-file', 'Main'] },
      { '/app/jib-classpath-file': `/app/resources:/app/libs/${SDK}:/app/libs/${EXPORTER}` },
      'OwnSdk',
    ],
    [
      'an unpacked application of Spring Boot',
      { argv: ['java', 'org.springframework.boot.loader.launch.JarLauncher'], cwd: '/workspace' },
      { '/workspace/BOOT-INF/lib/': lines(SDK, EXPORTER) },
      'OwnSdk',
    ],
    [
      'Tomcat',
      {
        argv: [
          'java',
          '-Dcatalina.base=/usr/local/tomcat',
          '-classpath',
          '/x.jar',
          'org.apache.catalina.startup.Bootstrap',
        ],
      },
      { '/usr/local/tomcat/webapps/ROOT/WEB-INF/lib/': lines(SDK, EXPORTER) },
      'OwnSdk',
    ],
    [
      'the API alone',
      { argv: ['java', '-jar', 'a.jar'] },
      { '/app/a.jar!/': 'BOOT-INF/lib/opentelemetry-api-1.40.0.jar' },
      'Detected',
    ],
  ]
  for (const [title, fields, files, reason] of ROWS) {
    it(`${title}: ${reason}`, () => {
      const process = processOf({ exe: '/opt/java/bin/java', ...fields })
      assert.equal(decide({ processes: [process], files: { [process.pid]: files } }).reason, reason)
    })
  }

  it('names what an unknown agent is', () => {
    const process = processOf({ exe: '/opt/java/bin/java', argv: ['java', '-javaagent:/jmx.jar', 'Main'] })
    const manifest = { '/jmx.jar!/META-INF/MANIFEST.MF': premain('io.prometheus.jmx.JavaAgent') }
    const { evidence } = decide({ processes: [process], files: { [process.pid]: manifest } })
    assert.ok(evidence.includes('agent /jmx.jar (io.prometheus.jmx.JavaAgent)'), evidence.join())
  })
})
