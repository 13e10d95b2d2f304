import assert from 'node:assert/strict'
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import type { ElfFacts } from '../../../src/detector/binary/elf-facts.ts'
import type { ProcessSnapshot } from '../../../src/detector/proc/process-snapshot.ts'
import { parseMappedPaths, withoutDeleted } from '../../../src/detector/proc/proc-text.ts'
import { decide, processOf } from './replay.ts'

const NODE = '/usr/local/bin/node'
const LIBJVM = '/opt/java/lib/server/libjvm.so'

const tree = (...processes: (Partial<ProcessSnapshot> & { exe: string })[]): ProcessSnapshot[] =>
  processes.map((process, i) => processOf({ pid: 100 + i, parentPid: 99 + i, namespacePid: 1 + i, ...process }))

const expectAnswer = (answer: ContainerDetection, expected: Partial<ContainerDetection>): void => {
  const seen = Object.fromEntries(Object.keys(expected).map((key) => [key, answer[key as keyof ContainerDetection]]))
  assert.deepEqual(seen, expected)
}

const go = (main: string, version = '1.22.4'): ElfFacts => ({
  needed: [],
  sections: ['.text', '.gopclntab', '.go.buildinfo'],
  go: { version, main, dependencies: [] },
})

describe('detector: cases', () => {
  it('Node.js of an official image', () => {
    const [process] = tree({ exe: NODE, argv: ['node', 'server.js'], env: { NODE_VERSION: '20.11.1' } })
    expectAnswer(decide({ processes: [process!] }), {
      reason: 'Detected',
      language: 'nodejs',
      runtimeVersion: '20.11.1',
      confidence: 'high',
    })
  })

  it('sh → npm → sh → node: the application is the last', () => {
    const processes = tree(
      { exe: '/bin/dash', argv: ['sh', '-c', 'npm start'] },
      { exe: NODE, argv: ['npm start'] },
      { exe: '/bin/dash', argv: ['sh', '-c', 'node app.js'] },
      { exe: NODE, argv: ['node', 'app.js'], env: { NODE_VERSION: '20.1.0' } },
    )
    expectAnswer(decide({ processes }), { reason: 'Detected', language: 'nodejs', runtimeVersion: '20.1.0' })
    expectAnswer(decide({ processes: processes.slice(0, 3) }), { reason: 'StillStarting' })
  })

  it('node /usr/local/lib/node_modules/npm/bin/npm-cli.js is a wrapper too', () => {
    const processes = tree({ exe: NODE, argv: ['node', '/usr/lib/node_modules/npm/bin/npm-cli.js', 'start'] })
    expectAnswer(decide({ processes }), { reason: 'StillStarting', message: 'runs only npm-cli.js so far' })
  })

  it('a header beside the program beats NODE_VERSION', () => {
    const header = '#define NODE_MAJOR_VERSION 22\n#define NODE_MINOR_VERSION 1\n#define NODE_PATCH_VERSION 7\n'
    const processes = tree({ exe: NODE, env: { NODE_VERSION: '18.0.0' } })
    const answer = decide({ processes, files: { 100: { '/usr/local/include/node/node_version.h': header } } })
    expectAnswer(answer, { runtimeVersion: '22.1.7' })
    assert.ok(answer.evidence.includes('NODE_VERSION is 18.0.0, but the program is 22.1.7'))
  })

  it('a Node.js of a distribution tells its major version only', () => {
    expectAnswer(
      decide({
        processes: tree({ exe: '/usr/bin/node' }),
        markers: { 100: { nodeModuleVersion: '"node_module_version": 115,' } },
      }),
      { runtimeVersion: '20' },
    )
    expectAnswer(decide({ processes: tree({ exe: '/usr/bin/node', mapped: ['/usr/lib/libnode.so.108'] }) }), {
      runtimeVersion: '18',
    })
  })

  it('a removed program is still the one that runs', () => {
    const exe = withoutDeleted('/usr/bin/node (deleted)')
    const mapped = parseMappedPaths(`00400000-00401000 r-xp 00000000 08:01 1 ${LIBJVM} (deleted)`)
    expectAnswer(decide({ processes: tree({ exe }) }), { language: 'nodejs' })
    expectAnswer(decide({ processes: tree({ exe: '/app/launcher', mapped }) }), { language: 'java' })
  })

  it('node that maps libstdc++ is not C++, node in an image of the .NET SDK is not .NET', () => {
    const processes = tree({ exe: NODE, mapped: [NODE, '/usr/lib/libstdc++.so.6'], env: { DOTNET_VERSION: '8.0.1' } })
    expectAnswer(decide({ processes }), { language: 'nodejs' })
  })

  it('a single executable with Node.js in it takes no agent', () => {
    const processes = tree({ exe: '/app/tool' })
    const markers = { 100: { nodeRelease: 'nodejs.org/download/release/v20.1.0/node-v2' } }
    expectAnswer(decide({ processes, markers }), {
      reason: 'RuntimeNotSupported',
      language: 'nodejs',
      runtimeVersion: '20.1.0',
    })
  })

  it('Node.js with --permission or capabilities takes no agent', () => {
    const permission = tree({ exe: NODE, argv: ['node', '--permission', 'app.js'] })
    expectAnswer(decide({ processes: permission }), { reason: 'RuntimeNotSupported' })
    const allowed = tree({ exe: NODE, argv: ['node', '--permission', '--allow-fs-read=*', 'app.js'] })
    expectAnswer(decide({ processes: allowed }), { reason: 'Detected' })
    expectAnswer(decide({ processes: tree({ exe: NODE, isSecure: true }) }), { reason: 'RuntimeNotSupported' })
  })

  it('tini → java with a launcher of its own; Java 8; OpenJ9', () => {
    const release = 'IMPLEMENTOR="x"\nJAVA_VERSION="21.0.2"\nLIBC="musl"\n'
    expectAnswer(
      decide({
        processes: tree({ exe: '/sbin/tini' }, { exe: '/opt/app/bin/myserver', mapped: [LIBJVM] }),
        files: { 101: { '/opt/java/release': release } },
      }),
      { language: 'java', runtimeVersion: '21.0.2', confidence: 'medium' },
    )
    expectAnswer(
      decide({
        processes: tree({ exe: '/opt/jdk8/jre/bin/java', mapped: ['/opt/jdk8/jre/lib/amd64/server/libjvm.so'] }),
        files: { 100: { '/opt/jdk8/release': 'JAVA_VERSION="1.8.0_392"' } },
      }),
      { language: 'java', runtimeVersion: '1.8.0_392' },
    )
    const openJ9 = decide({
      processes: tree({
        exe: '/opt/j9/bin/java',
        mapped: ['/opt/j9/lib/default/libj9vm29.so', '/opt/j9/lib/default/libjvm.so'],
      }),
    })
    assert.ok(openJ9.evidence.includes('virtual machine OpenJ9'))
  })

  it('JAVA_VERSION in its shapes', () => {
    const versionFor = (value: string): string | undefined =>
      decide({ processes: tree({ exe: '/opt/java/bin/java', env: { JAVA_VERSION: value } }) }).runtimeVersion
    assert.deepEqual(['jdk-17.0.9+9', '17+35', '8u392-b08', '17.0.9'].map(versionFor), [
      '17.0.9',
      '17',
      '8u392',
      '17.0.9',
    ])
  })

  it('servers on a JVM are infrastructure, JRuby is Java, a build tool is a wrapper', () => {
    const java = (...args: string[]) =>
      decide({ processes: tree({ exe: '/opt/java/bin/java', argv: ['java', ...args] }) })
    expectAnswer(java('-Xmx1g', '-cp', '/opt/kafka/libs/*', 'kafka.Kafka', 'server.properties'), {
      reason: 'Infrastructure',
      message: 'runs Kafka',
    })
    expectAnswer(java('-m', 'org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch'), {
      reason: 'Infrastructure',
    })
    expectAnswer(java('org.elasticsearch.bootstrap.Elasticsearch'), { message: 'runs Elasticsearch' })
    expectAnswer(java('-Dsolr.home=/x', '-jar', 'start.jar'), { message: 'runs Solr' })
    expectAnswer(java('-jar', '/usr/share/jenkins/jenkins.war'), { message: 'runs Jenkins' })
    expectAnswer(java('-cp', 'jruby.jar', 'org.jruby.Main'), { reason: 'Detected', language: 'java' })
    expectAnswer(java('org.gradle.wrapper.GradleWrapperMain', 'bootRun'), { reason: 'StillStarting' })
  })

  it('java with Python inside is Java, python with a JVM inside is Python', () => {
    const mapped = [LIBJVM, '/usr/lib/libpython3.11.so.1.0']
    expectAnswer(decide({ processes: tree({ exe: '/opt/java/bin/java', mapped }) }), { language: 'java' })
    expectAnswer(decide({ processes: tree({ exe: '/usr/bin/python3.11', mapped }) }), { language: 'python' })
  })

  it('Go versions of every shape are kept', () => {
    for (const version of ['1.17', '1.22rc1', '1.23-devel']) {
      expectAnswer(decide({ processes: tree({ exe: '/app/server', elf: go('example.com/app', version) }) }), {
        reason: version === '1.17' ? 'Detected' : 'GoProgramUnreadable',
        language: 'go',
        runtimeVersion: version,
        executable: '/app/server',
      })
    }
  })

  it('a Go wrapper gives way to its child, a Go server does not', () => {
    const child = { exe: '/usr/local/bin/ruby', mapped: ['/usr/local/lib/libruby.so.3.3.4'] }
    const named = tree({ exe: '/usr/local/bin/dockerize', elf: go('github.com/jwilder/dockerize') }, child)
    expectAnswer(decide({ processes: named }), { language: 'ruby', runtimeVersion: '3.3.4' })
    const unknown = tree({ exe: '/launcher', elf: go('example.com/launcher') }, child)
    expectAnswer(decide({ processes: unknown }), { language: 'ruby' })
    const server = tree({ exe: '/server', elf: go('example.com/server'), listens: true }, child)
    expectAnswer(decide({ processes: server }), { language: 'go', confidence: 'medium', executable: '/server' })
  })

  it('FrankenPHP and RoadRunner are PHP', () => {
    const franken = tree({
      exe: '/usr/bin/server',
      elf: go('github.com/dunglas/frankenphp/caddy'),
      mapped: ['/usr/lib/libphp.so'],
    })
    expectAnswer(decide({ processes: franken }), { language: 'php' })
    const roadRunner = tree(
      { exe: '/usr/bin/rr', elf: go('github.com/roadrunner-server/roadrunner/v2024'), listens: true },
      { exe: '/usr/local/bin/php', env: { PHP_VERSION: '8.3.4' } },
    )
    expectAnswer(decide({ processes: roadRunner }), { language: 'php', runtimeVersion: '8.3.4' })
  })

  it('apache2 with PHP is PHP, without it is a web server', () => {
    const exe = '/usr/sbin/apache2'
    expectAnswer(decide({ processes: tree({ exe, mapped: ['/usr/lib/apache2/modules/mod_php8.2.so'] }) }), {
      language: 'php',
      runtimeVersion: '8.2',
    })
    expectAnswer(decide({ processes: tree({ exe }) }), { reason: 'Infrastructure', message: 'runs apache2' })
  })

  it('a title without NULs hides nothing', () => {
    const processes = tree({ exe: '/usr/local/bin/python3.11', argv: ['gunicorn: master [app:app]'] })
    const answer = decide({ processes })
    expectAnswer(answer, { language: 'python', runtimeVersion: '3.11' })
    assert.ok(answer.evidence.includes('runs gunicorn'))
  })

  it('Python that ignores our variables is not promised to', () => {
    const python = (...args: string[]) =>
      decide({ processes: tree({ exe: '/usr/bin/python3.11', argv: ['python3', ...args] }) }).reason
    assert.equal(python('-I', 'app.py'), 'RuntimeNotSupported')
    assert.equal(python('-Es', '/usr/bin/tool'), 'RuntimeNotSupported')
    assert.equal(python('-u', '-S', '-m', 'app'), 'RuntimeNotSupported')
    assert.equal(python('-W', 'ignore', '-X', 'dev', '-um', 'app', '-I'), 'Detected')
    assert.equal(python('-c', 'import S'), 'Detected')
    assert.equal(python('app.py', '-E'), 'Detected')
  })

  it('frozen and foreign Pythons take no agent', () => {
    const frozen = tree({ exe: '/app/tool', mapped: ['/tmp/_MEIabc/libpython3.11.so.1.0'] })
    expectAnswer(decide({ processes: frozen }), { reason: 'RuntimeNotSupported', language: 'python' })
    expectAnswer(decide({ processes: tree({ exe: '/usr/bin/pypy3.10' }) }), {
      reason: 'RuntimeNotSupported',
      language: 'python',
    })
  })

  it('.NET: dotnet app.dll, apphost, SDK and child, bundle, not yet started, Mono', () => {
    const core = '/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.3/libcoreclr.so'
    expectAnswer(
      decide({ processes: tree({ exe: '/usr/bin/dotnet', argv: ['dotnet', '/app/My.dll'], mapped: [core] }) }),
      {
        reason: 'Detected',
        language: 'dotnet',
        runtimeVersion: '8.0.3',
      },
    )
    expectAnswer(decide({ processes: tree({ exe: '/app/MyApp', mapped: [core] }) }), {
      language: 'dotnet',
      confidence: 'medium',
    })
    const watch = tree(
      { exe: '/usr/bin/dotnet', argv: ['dotnet', 'watch', 'run'] },
      { exe: '/app/bin/MyApp', mapped: [core] },
    )
    expectAnswer(decide({ processes: watch }), { reason: 'Detected', language: 'dotnet', runtimeVersion: '8.0.3' })
    const bundle = (offset: string) =>
      decide({ processes: tree({ exe: '/app/MyApp' }), markers: { 100: { dotnetBundle: `${offset}\x8b\x12` } } })
    expectAnswer(bundle('\x10\0\0\0\0\0\0\0'), { reason: 'RuntimeNotSupported', language: 'dotnet' })
    expectAnswer(bundle('\0\0\0\0\0\0\0\0'), { reason: 'StillStarting', language: 'dotnet' })
    expectAnswer(decide({ processes: tree({ exe: '/usr/bin/mono-sgen' }) }), {
      reason: 'RuntimeNotSupported',
      language: 'dotnet',
    })
  })

  it('compiled by other means: .NET ahead of time, GraalVM, UPX, Rust, nothing known', () => {
    const native = (markers: Record<string, string>) =>
      decide({ processes: tree({ exe: '/app/x', elf: { needed: [], sections: [] } }), markers: { 100: markers } })
    const kinds = [
      { dotnetAot: 'DotNetRuntimeDebugHeader' },
      { graalNative: 'com.oracle.svm.core.VM=GraalVM' },
      { upx: 'UPX!' },
      { rustc: `/rustc/${'a'.repeat(40)}` },
      {},
    ].map((markers) => native(markers as Record<string, string>))
    assert.deepEqual(
      kinds.map(({ evidence }) => evidence[0]),
      ['.NET native code (ahead of time)', 'GraalVM native image', 'packed by UPX', 'Rust', 'compiled program'],
    )
    for (const kind of kinds) expectAnswer(kind, { reason: 'Detected', language: 'native', libc: 'glibc' })
  })

  it("infrastructure is left alone, unless it is someone else's program of that name", () => {
    for (const name of ['mysqld', 'postgres', 'redis-server', 'valkey-server', 'mongod', 'envoy']) {
      expectAnswer(decide({ processes: tree({ exe: `/usr/bin/${name}` }) }), {
        reason: 'Infrastructure',
        message: `runs ${name}`,
      })
    }
    expectAnswer(decide({ processes: tree({ exe: '/bin/vault', elf: go('github.com/hashicorp/vault') }) }), {
      reason: 'Infrastructure',
    })
    expectAnswer(decide({ processes: tree({ exe: '/app/vault', elf: go('example.com/bank') }) }), {
      reason: 'Detected',
      language: 'go',
    })
  })

  it('Erlang with Elixir, and RabbitMQ', () => {
    const beam = (...args: string[]) =>
      decide({ processes: tree({ exe: '/usr/lib/erlang/erts-14/bin/beam.smp', argv: ['beam.smp', ...args] }) })
    expectAnswer(beam('-elixir', 'ansi_enabled'), { reason: 'NotSupported', language: 'erlang' })
    expectAnswer(beam('-pa', '/usr/lib/rabbitmq/ebin'), { reason: 'Infrastructure', message: 'runs rabbit' })
  })

  it('a shell or sleep alone is starting, and infrastructure after ten minutes', () => {
    const young = tree({ exe: '/bin/busybox', argv: ['sleep', '1d'] })
    expectAnswer(decide({ processes: young }), { reason: 'StillStarting', message: 'runs only sleep so far' })
    const old = tree({ exe: '/bin/busybox', argv: ['sleep', '1d'], ageSeconds: 700 })
    expectAnswer(decide({ processes: old }), { reason: 'Infrastructure' })
    expectAnswer(decide({ processes: tree({ exe: '/bin/busybox', argv: ['httpd', '-f'] }) }), {
      reason: 'Infrastructure',
    })
  })

  it('who listens wins; two that listen side by side are ambiguous', () => {
    const node = { exe: NODE, pid: 10, parentPid: 1 }
    const python = { exe: '/usr/bin/python3.11', pid: 11, parentPid: 1 }
    const both = (nodeListens: boolean, pythonListens: boolean) =>
      decide({ processes: tree({ ...node, listens: nodeListens }, { ...python, listens: pythonListens }) })
    expectAnswer(both(true, false), { language: 'nodejs', confidence: 'medium' })
    expectAnswer(both(false, true), { language: 'python', confidence: 'medium' })
    expectAnswer(both(true, true), {
      reason: 'Ambiguous',
      message: 'several languages are running: nodejs, python',
      language: undefined,
    })
    expectAnswer(both(false, false), { reason: 'Ambiguous' })
  })

  it('what an image claims is not passed on where it is no version or no path that fits', () => {
    const version = (text: string) =>
      decide({ processes: tree({ exe: NODE, env: { NODE_VERSION: text } }) }).runtimeVersion
    assert.deepEqual(['20.1.0', 'x'.repeat(200), '20 <script>'].map(version), ['20.1.0', undefined, undefined])
    const long = tree({ exe: `/${'d/'.repeat(600)}server`, elf: go('example.com/app') })
    expectAnswer(decide({ processes: long }), { language: 'go', executable: undefined })
  })

  it('the lowest of several versions counts', () => {
    const processes = tree(
      { exe: NODE, env: { NODE_VERSION: '22.3.0' } },
      { exe: NODE, env: { NODE_VERSION: '9.11.2' } },
    )
    expectAnswer(decide({ processes }), { runtimeVersion: '9.11.2' })
  })

  it('the environment is that of the first process, without our own part', () => {
    const processes = tree(
      { exe: '/bin/dash', env: { NODE_OPTIONS: '--max-old-space-size=99 --require /var/odigos/nodejs/boot.cjs' } },
      { exe: NODE, env: { NODE_OPTIONS: '--inspect' } },
    )
    const expected = [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=99' }]
    expectAnswer(decide({ processes }), { runtimeEnv: expected })
    const tooLong = tree({ exe: NODE, env: { NODE_OPTIONS: 'x'.repeat(3000) } })
    expectAnswer(decide({ processes: tooLong }), { reason: 'RuntimeNotSupported', runtimeEnv: undefined })
  })

  it('what could not be read is told, and is no exception', () => {
    const blind = tree({ exe: '', argv: ['node', 'x.js'], problems: ['exe: EACCES', 'environ: EACCES'] })
    expectAnswer(decide({ processes: blind }), {
      reason: 'DetectionFailed',
      message: 'failed to inspect the processes: exe: EACCES, environ: EACCES',
    })
    expectAnswer(decide({ processes: [] }), { reason: 'DetectionFailed' })
    const partial = tree({ exe: NODE, problems: ['environ: EPERM'] })
    const answer = decide({ processes: partial })
    expectAnswer(answer, { reason: 'Detected', language: 'nodejs' })
    assert.ok(answer.evidence.includes('environ: EPERM'))
  })

  it('libc is that of the program, not of the image', () => {
    const musl = { interpreter: '/lib/ld-musl-x86_64.so.1', needed: [], sections: [] }
    expectAnswer(decide({ processes: tree({ exe: NODE, elf: musl, mapped: ['/lib64/ld-linux-x86-64.so.2'] }) }), {
      libc: 'musl',
    })
    expectAnswer(decide({ processes: tree({ exe: '/srv', elf: go('a/b'), mapped: ['/srv'] }) }), { libc: 'none' })
  })

  describe('Python in a web server', () => {
    const LIBPYTHON = '/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0'
    const ROWS: [title: string, exe: string, mapped: string[], reason: string, message: RegExp][] = [
      [
        'mod_wsgi',
        '/usr/sbin/apache2',
        ['/usr/lib/apache2/modules/mod_wsgi.so', LIBPYTHON],
        'RuntimeNotSupported',
        /apache2 by mod_wsgi/,
      ],
      [
        'mod_wsgi of pip',
        '/usr/local/apache2/bin/httpd',
        ['/venv/mod_wsgi/server/mod_wsgi-py311.cpython-311-x86_64-linux-gnu.so', LIBPYTHON],
        'RuntimeNotSupported',
        /httpd by mod_wsgi/,
      ],
      [
        'NGINX Unit',
        '/usr/sbin/unitd',
        ['/usr/lib/unit/modules/python3.11.unit.so', LIBPYTHON],
        'RuntimeNotSupported',
        /unitd by NGINX Unit/,
      ],
      ['Apache alone', '/usr/sbin/apache2', [], 'Infrastructure', /runs apache2/],
      [
        'Apache with the module and no interpreter',
        '/usr/sbin/apache2',
        ['/usr/lib/apache2/modules/mod_wsgi.so'],
        'Infrastructure',
        /runs apache2/,
      ],
      ['uWSGI, which is supported', '/usr/bin/uwsgi-core', [LIBPYTHON], 'Detected', /^$/],
      [
        'a database with a Python language',
        '/usr/lib/postgresql/15/bin/postgres',
        [LIBPYTHON],
        'Infrastructure',
        /postgres/,
      ],
    ]
    for (const [title, exe, mapped, reason, message] of ROWS) {
      it(`${title}: ${reason}`, () => {
        const answer = decide({ processes: tree({ exe, mapped: [exe, ...mapped], listens: true }) })
        assert.equal(answer.reason, reason)
        assert.match(answer.message, message)
      })
    }
  })

  it('names workers with cooperative threads, which patch the standard library first', () => {
    const evidence = (...argv: string[]): string =>
      decide({ processes: tree({ exe: '/usr/bin/python3.11', argv: ['python3', ...argv] }) }).evidence.join()
    assert.match(evidence('/usr/bin/gunicorn', '-k', 'gevent', 'app:app'), /runs gunicorn with gevent/)
    assert.match(evidence('/usr/bin/gunicorn', '--worker-class=eventlet', 'app'), /runs gunicorn with eventlet/)
    assert.match(evidence('-m', 'celery', '-A', 'app', 'worker', '-P', 'gevent'), /runs celery with gevent/)
    assert.match(evidence('/usr/bin/gunicorn', '-k', 'gthread', 'gevent_app:app'), /runs gunicorn(,|$)/)
  })
})
