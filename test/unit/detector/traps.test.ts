/** Programs that look like what they are not, or not like what they are. */
import assert from 'node:assert/strict'
import { JAVA_BUILDERS } from '../../../src/api/agents/java-launchers.ts'
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import type { ProcessSnapshot } from '../../../src/detector/proc/process-snapshot.ts'
import { decide, processOf } from './replay.ts'

type Fields = Partial<ProcessSnapshot> & { exe: string }
type Row = [title: string, processes: Fields[], expected: Partial<ContainerDetection>, markers?: Record<string, string>]

const NODE = '/usr/local/bin/node'
const PYTHON = '/usr/bin/python3.12'
const JAVA = '/opt/java/bin/java'
const LIBPYTHON = '/usr/lib/libpython3.12.so.1.0'

const node = (...args: string[]): Fields => ({ exe: NODE, argv: ['node', ...args] })
const python = (...args: string[]): Fields => ({ exe: PYTHON, argv: ['python3', ...args] })
const java = (...args: string[]): Fields => ({ exe: JAVA, argv: ['java', ...args] })
const beam = (...args: string[]): Fields => ({ exe: '/erts/bin/beam.smp', argv: ['beam.smp', ...args] })

const STARTING = { reason: 'StillStarting' } as const
const INFRASTRUCTURE = { reason: 'Infrastructure' } as const
const detected = (language: ContainerDetection['language']) => ({ reason: 'Detected', language }) as const
const unsupported = (language: ContainerDetection['language']) => ({ reason: 'RuntimeNotSupported', language }) as const

const APPLICATION = node('/app/server.js')

const NODE_ROWS: Row[] = [
  ['nodejs of Debian', [{ exe: '/usr/bin/nodejs', argv: ['nodejs', 'app.js'] }], detected('nodejs')],
  [
    'a program with its version in its name',
    [{ exe: '/usr/bin/node22', argv: ['node22', 'a.js'] }],
    detected('nodejs'),
  ],
  ['a path with the word java in it', [{ exe: '/opt/java/bin/node', argv: ['node', 'a.js'] }], detected('nodejs')],
  [
    'Electron',
    [{ exe: '/opt/shop/shop', mapped: ['/opt/shop/shop', '/opt/shop/libffmpeg.so'] }],
    { ...unsupported('nodejs'), message: 'Electron is not Node.js' },
    { nodeRelease: 'nodejs.org/download/release/v20.9.0/' },
  ],
  ['the daemon of pm2', [{ exe: NODE, argv: ['PM2 v5.4.2: God Daemon (/root/.pm2)'] }], STARTING],
  ...[
    '/usr/local/bin/npm',
    '/usr/local/lib/node_modules/npm/bin/npx-cli.js',
    '/usr/local/bin/pnpm',
    '/usr/local/lib/node_modules/corepack/dist/yarn.js',
    '/app/.yarn/releases/yarn-4.5.0.cjs',
    '/app/node_modules/.bin/nodemon',
    '/app/node_modules/nodemon/bin/nodemon.js',
    '/app/node_modules/.bin/tsx',
    '/app/node_modules/tsx/dist/cli.mjs',
    '/app/node_modules/.bin/ts-node-dev',
    '/app/node_modules/cross-env/src/bin/cross-env.js',
    '/app/node_modules/.bin/dotenv',
    '/app/node_modules/.bin/concurrently',
    '/app/node_modules/npm-run-all/bin/run-s/index.js',
    '/app/node_modules/.bin/run-p',
    '/usr/local/lib/node_modules/pm2/bin/pm2-runtime',
    '/app/node_modules/turbo/bin/turbo',
    '/app/node_modules/.pnpm/tsx@4.0.0/node_modules/tsx/dist/cli.mjs',
  ].flatMap((script): Row[] => [
    [`${script} alone`, [node(script, 'start')], STARTING],
    [`${script} above the application`, [node(script, 'start'), APPLICATION], detected('nodejs')],
  ]),
  ['an application called tsx.js', [node('/app/tsx.js')], detected('nodejs')],
]

const PYTHON_ROWS: Row[] = [
  ['a free-threaded program', [{ exe: '/usr/local/bin/python3.13t', argv: ['python', 'a.py'] }], detected('python')],
  ['Conda', [{ exe: '/opt/conda/bin/python3.11', argv: ['python', 'a.py'] }], detected('python')],
  ['Nuitka', [{ exe: '/app/tool' }], unsupported('python'), { nuitka: 'NUITKA_ONEFILE_PARENT' }],
  ...(
    [
      ['PyInstaller 5', '/app/tool/libpython3.12.so.1.0'],
      ['PyInstaller 6', '/app/tool/_internal/libpython3.12.so.1.0'],
      ['cx_Freeze', '/app/tool/lib/libpython3.12.so.1.0'],
      ['Nuitka', '/app/tool/libpython3.12.so.1.0'],
    ] as const
  ).map(([by, library]): Row => [
    `a folder of ${by}`,
    [{ exe: '/app/tool/tool', mapped: ['/app/tool/tool', library] }],
    unsupported('python'),
  ]),
  [
    'a program with the library of the system',
    [{ exe: '/app/tool', mapped: ['/app/tool', LIBPYTHON] }],
    detected('python'),
  ],
  ['supervisord above a shell', [python('/usr/bin/supervisord', '-n'), { exe: '/bin/dash' }], STARTING],
  ['honcho above Node.js', [python('/usr/bin/honcho', 'start'), APPLICATION], detected('nodejs')],
  ['poetry above the application', [python('/usr/bin/poetry', 'run'), python('/app/main.py')], detected('python')],
  ['Java with Python in it', [{ ...java('Main'), mapped: [JAVA, LIBPYTHON] }], detected('java')],
  ['Node.js with Python in it', [{ ...APPLICATION, mapped: [NODE, LIBPYTHON] }], detected('nodejs')],
  ['a proxy with Python in it', [{ exe: '/usr/sbin/nginx', mapped: ['/usr/sbin/nginx', LIBPYTHON] }], INFRASTRUCTURE],
]

const JAVA_SERVERS: [main: string, name: string][] = [
  ['org.opensearch.bootstrap.OpenSearch', 'OpenSearch'],
  ['org.apache.zookeeper.server.quorum.QuorumPeerMain', 'ZooKeeper'],
  ['org.apache.cassandra.service.CassandraDaemon', 'Cassandra'],
  ['org.apache.kafka.connect.cli.ConnectDistributed', 'Kafka'],
  ['org.apache.hadoop.hdfs.server.namenode.NameNode', 'Apache data store'],
  ['org.apache.pulsar.PulsarBrokerStarter', 'Apache data store'],
  ['org.apache.spark.deploy.master.Master', 'Spark'],
  ['org.apache.flink.runtime.taskexecutor.TaskManagerRunner', 'Flink'],
  ['org.neo4j.server.CommunityEntryPoint', 'Neo4j'],
  ['org.logstash.Logstash', 'Logstash'],
  ['io.trino.server.TrinoServer', 'Trino'],
]

const JAVA_ROWS: Row[] = [
  ...JAVA_SERVERS.map(([main, name]): Row => [
    main,
    [java('-Xmx1g', '-cp', '/x', main)],
    { ...INFRASTRUCTURE, message: `runs ${name}` },
  ]),
  ...[
    'org.gradle.launcher.daemon.bootstrap.GradleDaemon',
    ...JAVA_BUILDERS.map((beginning) => `${beginning}Main`),
  ].flatMap((main): Row[] => [
    [`${main} alone`, [java(main)], STARTING],
    [`${main} above the application`, [java(main), java('-jar', 'shop.jar')], detected('java')],
  ]),
  ['a class whose package begins like one of Kafka', [java('kafkaesque.Main')], detected('java')],
  ['jsvc', [{ exe: '/usr/bin/jsvc', mapped: ['/opt/java/lib/server/libjvm.so'] }], detected('java')],
  ['a set-uid program', [{ ...java('Main'), isSecure: true }], unsupported('java')],
]

const OTHER_ROWS: Row[] = [
  ['TruffleRuby', [{ exe: '/opt/truffleruby/bin/truffleruby' }], unsupported('ruby')],
  [
    'puma, which has rewritten its title',
    [{ exe: '/usr/local/bin/ruby', argv: ['puma 6.4.2 (tcp://0.0.0.0:3000) [app]'] }],
    { language: 'ruby' },
  ],
  ['fluentd', [{ exe: '/usr/bin/ruby', argv: ['ruby', '/usr/bin/fluentd', '-c', 'x'] }], INFRASTRUCTURE],
  ...['rabbit', 'couchdb', 'ejabberd', 'emqx', 'vernemq'].map((name): Row => [
    name,
    [beam('-pa', `/opt/${name}/ebin`)],
    INFRASTRUCTURE,
  ]),
  ['a helper of Erlang alone', [{ exe: '/erts/bin/erl_child_setup' }], STARTING],
  [
    'php-fpm by its title',
    [{ exe: '/usr/sbin/fpm', argv: ['php-fpm: master process (/etc/php-fpm.conf)'] }],
    { language: 'php' },
  ],
  [
    'nginx beside php-fpm',
    [{ exe: '/usr/sbin/nginx', listens: true }, { exe: '/usr/sbin/php-fpm8.3' }],
    { language: 'php' },
  ],
  ['envoy beside Java', [{ exe: '/usr/local/bin/envoy', listens: true }, java('Main')], detected('java')],
  ['cron beside Python', [{ exe: '/usr/sbin/cron' }, python('/app/main.py')], detected('python')],
  ...(
    'mysqld mariadbd postgres psql redis-server redis-sentinel valkey-server keydb-server dragonfly mongod mongos memcached ' +
    'clickhouse clickhouse-server sqlservr oracle envoy haproxy httpd varnishd fluent-bit vector linkerd2-proxy cron sshd'
  )
    .split(' ')
    .map((name): Row => [name, [{ exe: `/usr/bin/${name}` }], { ...INFRASTRUCTURE, message: `runs ${name}` }]),
  ...'sh bash ash dash tini tini-static dumb-init catatonit s6-svscan runsv su-exec timeout env nice xvfb-run tail cat pause'
    .split(' ')
    .flatMap((name): Row[] => [
      [`${name} alone`, [{ exe: `/bin/${name}` }], STARTING],
      [`${name} above the application`, [{ exe: `/bin/${name}` }, APPLICATION], detected('nodejs')],
    ]),
]

const answer = (processes: Fields[], markers: Record<string, string> = {}): ContainerDetection =>
  decide({
    processes: processes.map((fields, i) =>
      processOf({ pid: 100 + i, parentPid: 99 + i, namespacePid: 1 + i, ...fields }),
    ),
    markers: { 100: markers },
  })

describe('detector: traps', () => {
  for (const [about, rows] of Object.entries({
    'Node.js': NODE_ROWS,
    Python: PYTHON_ROWS,
    Java: JAVA_ROWS,
    others: OTHER_ROWS,
  })) {
    describe(about, () => {
      for (const [title, processes, expected, markers] of rows)
        it(`${title}: ${expected.reason ?? expected.language}`, () =>
          assert.partialDeepStrictEqual(answer(processes, markers), expected))
    })
  }

  it('a container whose processes are not seen may run in a sandbox', () =>
    assert.match(answer([]).message, /sandbox \(gVisor, Kata\)/))
})
