/** What the agent of ours decides in JVMs, and what it hands over: a stub stands for the OpenTelemetry agent, which takes seconds. */
import assert from 'node:assert/strict'
import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { assembledAgent } from '../../../agents/assemble.ts'
import { writeBootstrapClasses } from '../../../agents/java/assemble.ts'
import { javaRuntime } from './java-runtimes.ts'
import type { LogSink } from './log-sink.ts'
import { startLogSink } from './log-sink.ts'
import type { Outcome } from './program.ts'
import { run } from './program.ts'

const APPS = join(import.meta.dirname, 'apps/java')

interface ProbeCase {
  about: string
  commands: string[][]
  argv: string[]
  ancestors?: string[][]
  isProbe: boolean
}

const succeed = async (command: string, args: readonly string[], cwd?: string): Promise<string> => {
  const { code, stdout, stderr } = await run(command, args, cwd === undefined ? {} : { cwd })
  assert.equal(code, 0, stderr)
  return stdout
}

const compile = async (into: string, sources: readonly string[], classPath = into): Promise<void> => {
  await succeed('javac', [
    '-encoding',
    'UTF-8',
    '--release',
    '8',
    '-proc:none',
    '-cp',
    classPath,
    '-d',
    into,
    ...sources,
  ])
}

/** What the JVM itself says of the variable. */
const NOTICES = /^Picked up JAVA_TOOL_OPTIONS: .*\n/gm

const stubs = ['AgentInitializer', 'InstrumentationHolder', 'JavaagentFileHolder'].map((name) =>
  join(APPS, `stub/io/opentelemetry/javaagent/bootstrap/${name}.java`),
)

describe("the Java agent's decision", function () {
  this.timeout(60_000)
  let work: string
  let folder: string
  let classes: string
  let sink: LogSink

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'odigos-java-'))
    folder = join(work, 'agent')
    classes = join(work, 'classes')
    const stub = join(work, 'stub')
    for (const each of [folder, classes, stub]) await mkdir(each)
    const assembled = await assembledAgent('java')
    for (const name of ['javaagent.jar', 'VERSION']) await copyFile(join(assembled, name), join(folder, name))
    await compile(stub, stubs)
    await writeFile(join(work, 'manifest'), 'Implementation-Version: 1.2.3\n')
    const upstream = join(folder, 'opentelemetry.jar')
    await succeed('jar', ['--create', '--file', upstream, '--manifest', join(work, 'manifest'), '-C', stub, '.'])
    await writeBootstrapClasses(folder)
    await compile(classes, [join(APPS, 'Look.java')])
    sink = await startLogSink()
  })
  after(async () => {
    await sink.close()
    await rm(work, { recursive: true })
  })

  const java = (args: readonly string[], env: Record<string, string> = {}, command = 'java'): Promise<Outcome> =>
    run(command, args, {
      env: {
        ODIGOS_OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
        ODIGOS_OTEL_SERVICE_NAME: 'shop',
        ODIGOS_OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=shop-1,team=ours',
        ...env,
        JAVA_TOOL_OPTIONS: `${env['JAVA_TOOL_OPTIONS'] ?? ''} -javaagent:${folder}/javaagent.jar`.trim(),
      },
    })

  /** A jar with these entries, empty unless told, that runs Look where it has a main class. */
  const jar = async (name: string, entries: readonly string[], manifest = 'Main-Class: Look\n'): Promise<string> => {
    const content = await mkdtemp(join(work, 'jar-'))
    await copyFile(join(classes, 'Look.class'), join(content, 'Look.class'))
    for (const entry of entries) {
      await mkdir(dirname(join(content, entry)), { recursive: true })
      await writeFile(join(content, entry), '')
    }
    await writeFile(join(content, 'manifest'), manifest)
    const file = join(work, name)
    await mkdir(dirname(file), { recursive: true })
    await succeed('jar', ['--create', '--file', file, '--manifest', join(content, 'manifest'), '-C', content, '.'])
    return file
  }

  /** A class of this name that does what Look does. */
  const named = async (name: string): Promise<string> => {
    const parts = name.split('.')
    const simple = parts.pop()
    const file = join(await mkdtemp(join(work, 'source-')), `${simple}.java`)
    const text = `package ${parts.join('.')}; public class ${simple} {
      public static void main(String[] a) throws Exception {
        Class.forName("Look").getMethod("main", String[].class).invoke(null, (Object) a);
      }
    }`
    await writeFile(file, text)
    await compile(classes, [file])
    return name
  }

  const isLoaded = ({ stdout }: Outcome): boolean => stdout.startsWith('agent opentelemetry.jar true\n')

  /** Runs Look with a probe of the agent, or without, and says nothing else than it does without the agent. */
  const standsBack = async (args: readonly string[], env: Record<string, string> = {}): Promise<void> => {
    const outcome = await java(args, env)
    const { JAVA_TOOL_OPTIONS: options, ...rest } = env
    const bare = await run('java', args, { env: { ...rest, ...(options ? { JAVA_TOOL_OPTIONS: options } : {}) } })
    const said = ({ code, stdout, stderr }: Outcome): unknown => [code, stdout, stderr.replaceAll(NOTICES, '')]
    assert.deepEqual(said(outcome), said(bare))
  }

  it('knows probes and hooks as the other agents do', async () => {
    const text = await readFile(join(import.meta.dirname, 'probe-cases.json'), 'utf8')
    const cases = JSON.parse(text) as ProbeCase[]
    const source = join(APPS, 'cases/io/odigos/agent/ProbeCases.java')
    const library = join(folder, 'javaagent.jar')
    await compile(classes, [source], library)
    const args = cases.flatMap((each) => [
      JSON.stringify(each.commands),
      JSON.stringify([each.argv, ...(each.ancestors ?? [])]),
    ])
    const printed = await succeed('java', ['-cp', `${library}:${classes}`, 'io.odigos.agent.ProbeCases', ...args])
    assert.deepEqual(
      printed
        .trim()
        .split('\n')
        .map((isProbe, at) => [cases[at]?.about, isProbe]),
      cases.map(({ about, isProbe }) => [about, String(isProbe)]),
    )
  })

  it('loads the OpenTelemetry agent into an application, with our settings while it starts', async () => {
    const outcome = await java(['-cp', classes, 'Look', 'a', 'b c'])
    assert.deepEqual(outcome.stdout.split('\n'), [
      'agent opentelemetry.jar true',
      `agent otel.exporter.otlp.endpoint=${sink.endpoint}`,
      'agent otel.javaagent.enabled=true',
      'agent otel.resource.attributes=k8s.pod.name=shop-1,team=ours',
      'agent otel.service.name=shop',
      'arguments a b c',
      '',
    ])
  })

  it('leaves to the application the names that its threads have without the agent', async () => {
    const { stdout } = await java(['-Dnames=true', '-cp', classes, 'Look'])
    assert.match(stdout, /^agent started Thread-0 pool-1-thread-1$/m)
    assert.match(stdout, /^named Thread-0 pool-1-thread-1$/m)
  })

  for (const version of ['8', '11', '21', '25']) {
    it(`uses what Java ${version} keeps for itself`, async function () {
      const command = await javaRuntime(version)
      if (command === undefined) return this.skip()
      const { stdout, stderr } = await java(['-Dnames=true', '-cp', classes, 'Look'], { ODIGOS_DEBUG: 'true' }, command)
      assert.match(stdout, /^agent started Thread-0 pool-1-thread-1$/m)
      assert.match(stdout, /^named Thread-0 pool-1-thread-1$/m)
      assert.equal(stderr.replaceAll(NOTICES, ''), 'odigos: instrumented\n', 'nothing fails on the way')
    })
  }

  it('starts once where two options name it', async () => {
    const outcome = await java(['-cp', classes, 'Look'], { JDK_JAVA_OPTIONS: `-javaagent:${folder}/javaagent.jar` })
    assert.equal(outcome.stdout.match(/^agent opentelemetry\.jar/gm)?.length, 1)
  })

  it("leaves the user's settings, by variable or property", async () => {
    const properties = [
      '-Dotel.exporter.otlp-endpoint=http://own',
      '-Dotel.resource.attributes=team=own,service.name=own',
    ]
    const outcome = await java([...properties, '-cp', classes, 'Look'], {
      OTEL_TRACES_SAMPLER: 'always_on',
      ODIGOS_OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_BSP_EXPORT_TIMEOUT: '',
      ODIGOS_OTEL_BSP_EXPORT_TIMEOUT: '1000',
    })
    assert.deepEqual(outcome.stdout.split('\n'), [
      'agent opentelemetry.jar true',
      'agent otel.bsp.export.timeout=1000',
      'agent otel.exporter.otlp-endpoint=http://own',
      'agent otel.javaagent.enabled=true',
      'agent otel.resource.attributes=k8s.pod.name=shop-1,team=own,service.name=own',
      'otel.exporter.otlp-endpoint=http://own',
      'otel.resource.attributes=team=own,service.name=own',
      'arguments ',
      '',
    ])
  })

  for (const options of [['-version'], ['--version'], ['-cp', '/x', '-version'], ['-X'], ['--list-modules']]) {
    it(`stands back in java ${options.join(' ')}`, () => standsBack(options))
  }

  it('stands back in tools of the JDK', async () => {
    for (const [command, args] of [
      ['jps', ['-q']],
      ['keytool', ['-help']],
      ['javac', ['-version']],
    ] as const) {
      const outcome = await java(args, {}, command)
      assert.doesNotMatch(outcome.stdout, /^agent/, command)
    }
  })

  for (const tool of [
    'org.gradle.launcher.GradleMain',
    'org.codehaus.plexus.classworlds.launcher.Launcher',
    'xsbt.boot.Boot',
    'org.apache.kafka.tools.TopicCommand',
    'org.apache.zookeeper.ZooKeeperMain',
    'org.apache.catalina.startup.Bootstrap stop',
  ]) {
    it(`stands back in ${tool}`, async () => {
      const [name = '', ...args] = tool.split(' ')
      await standsBack(['-cp', classes, await named(name), ...args])
    })
  }

  it('loads the agent into the same servers', async () => {
    for (const command of ['org.apache.catalina.startup.Bootstrap start', 'kafka.Kafka server.properties']) {
      const [name = '', ...args] = command.split(' ')
      assert.ok(isLoaded(await java(['-cp', classes, await named(name), ...args])), command)
    }
  })

  it('finds the main class behind options, files of arguments and JDK_JAVA_OPTIONS', async () => {
    const file = join(work, 'arguments')
    await writeFile(file, `# class path\n-cp "${classes}"\n-Dx='a b'\n`)
    assert.ok(isLoaded(await java([`@${file}`, 'Look', '-version'])))
    assert.ok(
      isLoaded(
        await java(['Look'], { JDK_JAVA_OPTIONS: `-cp ${classes} --add-opens java.base/java.lang=ALL-UNNAMED` }),
      ),
    )
    await standsBack([`@${file}`, '-version'])
  })

  it('stands back in a probe, also where a script starts it', async () => {
    const command = ['java', '-cp', classes, 'Look']
    await standsBack(command.slice(1), { ODIGOS_PROBE_COMMANDS: JSON.stringify([command]) })
    const script = join(work, 'check.sh')
    await writeFile(script, `#!/bin/sh\nsh -c 'java -cp "$1" Look; exit 3' sh ${classes}\n`, { mode: 0o755 })
    const outcome = await java([], { ODIGOS_PROBE_COMMANDS: JSON.stringify([[script]]) }, script)
    assert.deepEqual([outcome.code, outcome.stdout], [3, 'arguments \n'])
    assert.ok(isLoaded(await java([], {}, script)))
  })

  it('stands back where the JVM has another agent, whatever the name of its jar', async () => {
    const manifest = (name: string): string => `Premain-Class: ${name}\n`
    const agents = { 'io.opentelemetry.X': 'agent.jar', 'com.newrelic.X': 'nr.jar', 'datadog.X': 'dd.jar' }
    for (const [name, file] of Object.entries(agents)) {
      await writeFile(
        join(work, 'X.java'),
        `package ${name.replace('.X', '')}; public class X { public static void premain(String a) {} }`,
      )
      await compile(classes, [join(work, 'X.java')])
      const other = await jar(file, [], manifest(name))
      await succeed('jar', ['--update', '--file', other, '-C', classes, name.replaceAll('.', '/') + '.class'])
      await standsBack([`-javaagent:${other}`, '-cp', classes, 'Look'])
      await standsBack(['-cp', classes, 'Look'], { JDK_JAVA_OPTIONS: `-javaagent:${other}=some,options` })
    }
  })

  it('loads the agent beside an agent that measures something else', async () => {
    await writeFile(
      join(work, 'X.java'),
      `package org.jacoco; public class X { public static void premain(String a) {} }`,
    )
    await compile(classes, [join(work, 'X.java')])
    const other = await jar('jacoco.jar', [], 'Premain-Class: org.jacoco.X\n')
    await succeed('jar', ['--update', '--file', other, '-C', classes, 'org/jacoco/X.class'])
    assert.ok(isLoaded(await java([`-javaagent:${other}`, '-cp', classes, 'Look'])))
  })

  const own: Record<string, string[]> = {
    'Spring Boot starter': ['BOOT-INF/lib/opentelemetry-spring-boot-starter-2.33.0.jar'],
    'Spring Boot 4': ['BOOT-INF/lib/spring-boot-starter-opentelemetry-4.0.0.jar'],
    'Micrometer with an exporter': [
      'BOOT-INF/lib/micrometer-tracing-bridge-otel-1.4.0.jar',
      'BOOT-INF/lib/opentelemetry-sdk-trace-1.50.0.jar',
      'BOOT-INF/lib/opentelemetry-exporter-zipkin-1.50.0.jar',
    ],
    'a shaded SDK': [
      'io/opentelemetry/sdk/trace/SdkTracerProvider.class',
      'io/opentelemetry/exporter/otlp/trace/OtlpGrpcSpanExporter.class',
    ],
  }
  for (const [name, entries] of Object.entries(own)) {
    it(`stands back where a fat jar brings an SDK: ${name}`, async () => {
      await standsBack(['-jar', await jar('app.jar', entries)])
    })
  }

  it('stands back where an SDK is beside the jar or on the class path', async () => {
    const quarkus = await jar('quarkus/quarkus-run.jar', [])
    assert.ok(isLoaded(await java(['-jar', quarkus])))
    await jar('quarkus/lib/main/io.quarkus.quarkus-opentelemetry-3.30.0.jar', [])
    await standsBack(['-jar', quarkus])
    const sdk = [
      await jar('lib/opentelemetry-sdk-trace-1.50.0.jar', []),
      await jar('lib/opentelemetry-exporter-otlp-1.50.0.jar', []),
    ]
    await standsBack(['-cp', [classes, ...sdk].join(':'), 'Look'])
    assert.ok(isLoaded(await java(['-cp', `${classes}:${sdk[0]}`, 'Look'])), 'an SDK that sends nothing')
    assert.ok(isLoaded(await java(['-cp', [classes, ...sdk].join(':'), 'Look'], { ODIGOS_FORCE: 'true' })), 'forced')
  })

  it('leaves instrumentations out that have nothing to do in the process', async () => {
    const few = await java(['-cp', classes, 'Look'], { ODIGOS_OTEL_METRICS_EXPORTER: 'none' })
    assert.match(few.stdout, /^agent otel\.instrumentation\.micrometer\.enabled=false$/m)
    assert.doesNotMatch(
      few.stdout,
      /otel\.instrumentation\.(?:camel|logback)/,
      'the libraries are not known, logs are sent',
    )
    const names = ['kafka-clients-4.0.0', 'tomcat-embed-core-11.0.0', 'a', 'b', 'c']
    const entries = names.map((name) => `BOOT-INF/lib/${name}.jar`)
    const many = await java(['-jar', await jar('boot/known.jar', entries)], {
      OTEL_INSTRUMENTATION_VERTX_WEB_ENABLED: 'true',
    })
    assert.match(many.stdout, /^agent otel\.instrumentation\.camel\.enabled=false$/m)
    assert.doesNotMatch(many.stdout, /otel\.instrumentation\.(?:kafka|tomcat|vertx\.web)/)
  })

  it('knows the libraries of which a jar has the classes', async () => {
    const packages = ['io/vertx/core', 'io/netty/channel', 'com/fasterxml/jackson', 'org/slf4j/spi', 'shop/items/all']
    const shaded = await java([
      '-jar',
      await jar('plain/shaded.jar', ['a.jar', ...packages.map((each) => `${each}/A.class`)]),
    ])
    assert.match(shaded.stdout, /^agent otel\.instrumentation\.camel\.enabled=false$/m)
    assert.doesNotMatch(shaded.stdout, /otel\.instrumentation\.(?:netty|vertx\.web)/)
    const own = await jar('plain/own.jar', ['shop/A.class', 'shop/items/A.class', 'shop/items/all/A.class'])
    assert.doesNotMatch((await java(['-jar', own])).stdout, /otel\.instrumentation/, 'it may load others')
  })

  it('leaves all instrumentations in a server, which loads applications later', async () => {
    const libraries = ['a', 'b', 'c', 'd', 'e'].map((name) => `lib/${name}.jar`)
    for (const name of ['start', 'jboss-modules', 'ws-server', 'payara-micro-6.2025.9', 'jenkins-2.500']) {
      const { stdout } = await java(['-jar', await jar(`servers/${name}.jar`, libraries)])
      assert.doesNotMatch(stdout, /otel\.instrumentation/, name)
    }
    const known = await jar('servers/known.jar', libraries)
    assert.match((await java(['-jar', known])).stdout, /otel\.instrumentation\.camel/)
    assert.doesNotMatch((await java([`-Dcatalina.base=${work}`, '-jar', known])).stdout, /otel\.instrumentation/)
  })

  it('reads no rules for metrics that are not sent', async () => {
    const off = { ODIGOS_OTEL_METRICS_EXPORTER: 'none' }
    assert.match((await java(['-cp', classes, 'Look'], off)).stdout, /^agent otel\.jmx\.enabled=false$/m)
    const users = await java(['-cp', classes, 'Look'], { ...off, OTEL_JMX_ENABLED: 'true' })
    assert.doesNotMatch(users.stdout, /otel\.jmx/)
  })

  it('finds the applications of WildFly, whose folder is an argument of its main class', async () => {
    const war = ['WEB-INF/lib/opentelemetry-spring-boot-starter-2.33.0.jar']
    await jar('wildfly/standalone/deployments/shop.war', war)
    await standsBack(['-jar', await jar('modules/jboss-modules.jar', []), 'x', `-Djboss.home.dir=${work}/wildfly`])
  })

  it('stands back where a limit of the JVM leaves no room', async () => {
    await standsBack(['-Xmx32m', '-cp', classes, 'Look'])
    await standsBack(['-XX:MaxMetaspaceSize=64m', '-cp', classes, 'Look'])
    assert.ok(isLoaded(await java(['-Xmx64m', '-XX:+UseSerialGC', '-cp', classes, 'Look'])))
  })

  it('stands back where the user disables the SDK or the agent', async () => {
    for (const env of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_JAVAAGENT_ENABLED: 'false' }]) {
      await standsBack(['-cp', classes, 'Look'], env)
    }
    await standsBack(['-Dotel.sdk.disabled=true', '-cp', classes, 'Look'])
  })

  it('stands back under a security manager', async () => {
    const policy = join(work, 'policy')
    await writeFile(policy, `grant codeBase "file:${classes}/-" { permission java.security.AllPermission; };`)
    await standsBack(['-Djava.security.manager', `-Djava.security.policy=${policy}`, '-cp', classes, 'Look'])
  })

  it('reports once what became of an application, and nothing of probes', async () => {
    const before = sink.records.length
    const command = ['-Dwait=4000', '-cp', classes, 'Look']
    await java(command, { ODIGOS_PROBE_COMMANDS: JSON.stringify([['java', ...command]]) })
    await java(command)
    await java(['-Xmx32m', ...command])
    await java(['-Dotel.test=fail', ...command])
    const version = (await readFile(join(folder, 'VERSION'), 'utf8')).trim()
    const common = { 'odigos.agent': 'java', 'odigos.version': version }
    const messages = ['the agent was loaded', 'the heap may take 32 MiB, the agent needs 48']
    assert.deepEqual(
      sink.records.slice(before),
      [
        { outcome: 'Loaded', reason: 'AgentLoaded', message: messages[0] },
        { outcome: 'StoodBack', reason: 'MemoryTooSmall', message: messages[1] },
        {
          outcome: 'Failed',
          reason: 'AgentFailed',
          message: 'the OpenTelemetry agent could not start: java.lang.NoClassDefFoundError',
        },
      ].map(({ outcome, reason, message }) => ({
        scope: 'odigos.agent',
        body: message,
        resource: { 'k8s.pod.name': 'shop-1', team: 'ours', 'service.name': 'shop' },
        attributes: { ...common, 'odigos.outcome': outcome, 'odigos.reason': reason, 'odigos.message': message },
      })),
    )
  })

  it('runs the application where the agent fails, or is missing', async () => {
    const broken = await java(['-Dotel.test=fail', '-cp', classes, 'Look'])
    assert.deepEqual([broken.code, broken.stdout.split('\n').slice(-3)], [0, ['otel.test=fail', 'arguments ', '']])
    assert.equal(broken.stderr.replace(NOTICES, ''), '')
    const file = join(folder, 'bootstrap.classes')
    await truncate(file, Math.floor((await readFile(file)).length / 2))
    assert.ok(isLoaded(await java(['-cp', classes, 'Look'])), 'the jar has what the file lacks')
    await rm(file)
    assert.ok(isLoaded(await java(['-cp', classes, 'Look'])), 'without the file of classes, their jar is used')
    await rm(join(folder, 'opentelemetry.jar'))
    await standsBack(['-cp', classes, 'Look'])
  })
})
