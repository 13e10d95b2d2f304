import { posix } from 'node:path'
import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { baseName, findMapped, firstOf, notSupported, STRENGTH } from '../rule.ts'

const LIBJVM = /^(.*)\/libjvm\.so$/
const OPENJ9 = /\/libj9vm[^/]*\.so$/
/** Options of the launcher that take the next argument as their value. */
const VALUE_OPTIONS = new Set([
  '-cp',
  '-classpath',
  '--class-path',
  '-p',
  '--module-path',
  '--add-modules',
  '--add-opens',
  '--add-exports',
  '--add-reads',
  '--upgrade-module-path',
])

/** Main classes and jars of infrastructure servers. */
const INFRASTRUCTURE: readonly [RegExp, string][] = [
  [/^org\.elasticsearch\.(bootstrap|server)\b/, 'Elasticsearch'],
  [/^org\.opensearch\.bootstrap\b/, 'OpenSearch'],
  [/^(kafka\.Kafka|kafka\.server\.|org\.apache\.kafka\.connect\.cli)/, 'Kafka'],
  [/^org\.apache\.zookeeper\.server\b/, 'ZooKeeper'],
  [/^org\.apache\.cassandra\.service\.CassandraDaemon$/, 'Cassandra'],
  [/^org\.apache\.(hadoop|hbase|pulsar|activemq|druid)\b/, 'Apache data store'],
  [/^org\.apache\.spark\.deploy\.(master|worker)\b/, 'Spark'],
  [/^org\.apache\.flink\.runtime\b/, 'Flink'],
  [/^org\.neo4j\b/, 'Neo4j'],
  [/^org\.logstash\.Logstash$/, 'Logstash'],
  [/^io\.trino\.server\b/, 'Trino'],
  [/^hudson\.|(^|\/)jenkins\.war$/, 'Jenkins'],
]
/** Build tools that start the application in a separate JVM, and short-lived programs of the JDK. */
const WRAPPERS = /^(org\.gradle\.|org\.codehaus\.plexus\.classworlds\.|org\.apache\.maven\.|sbt\.|jdk\.jcmd|sun\.tools)/

/** The main class, jar or module in the launcher's arguments. */
export const mainOf = ([, ...args]: readonly string[]): string | undefined => {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '-jar' || arg === '-m' || arg === '--module') return args[i + 1]
    if (VALUE_OPTIONS.has(arg)) i++
    else if (!arg.startsWith('-') && !arg.startsWith('@')) return arg
  }
  return undefined
}

/** Solr is Jetty's `start.jar` with its own properties. */
const serverOf = (process: ProcessSnapshot, main: string): string | undefined =>
  process.argv.some((arg) => arg.startsWith('-Dsolr.'))
    ? 'Solr'
    : INFRASTRUCTURE.find(([pattern]) => pattern.test(main))?.[1]

const match = (process: ProcessSnapshot): Match | undefined => {
  const isLauncher = baseName(process.exe) === 'java'
  const hasLibrary = findMapped(process, LIBJVM) !== undefined
  if (!isLauncher && !hasLibrary) return undefined
  const main = mainOf(process.argv) ?? ''
  const server = serverOf(process, main)
  if (server) return { strength: STRENGTH.role, role: 'infrastructure', name: server, evidence: `main ${main}` }
  if (WRAPPERS.test(main)) return { strength: STRENGTH.role, role: 'wrapper', name: main, evidence: `main ${main}` }
  const evidence = isLauncher ? `exe ${process.exe}` : 'maps libjvm.so'
  return { strength: isLauncher ? STRENGTH.name : STRENGTH.library, evidence }
}

/** `lib/server` in Java 9 and later, `jre/lib/amd64/server` in Java 8; beside `bin` if nothing is mapped yet. */
const releasePaths = (process: ProcessSnapshot): string[] => {
  const folder = findMapped(process, LIBJVM)?.[1]
  const homes = folder
    ? ['../..', '../../..', '../../../..'].map((up) => posix.join(folder, up))
    : [posix.join(posix.dirname(process.exe), '..'), process.env['JAVA_HOME'] ?? '']
  return homes.filter((home) => home.length > 1).map((home) => `${home}/release`)
}

const field = (release: string, name: string): string | undefined =>
  new RegExp(`^${name}="?([^"\n]*)"?`, 'm').exec(release)?.[1]

/** `jdk-17.0.9+9`, `17+35`, `8u392-b08`, `17.0.9`. */
const versionOfVariable = (value: string | undefined): string | undefined =>
  /^(?:jdk-?)?(\d+(?:u\d+|(?:\.\d+)*))/.exec(value ?? '')?.[1]

const LIBC_OF = { gnu: 'glibc', default: 'glibc', musl: 'musl' } as const

const problemOf = (process: ProcessSnapshot, release: string): Description['problem'] => {
  const modules = field(release, 'MODULES')
  if (modules !== undefined && !modules.split(' ').includes('java.instrument')) {
    return notSupported('the Java runtime (built by jlink) lacks the module java.instrument, which agents require')
  }
  if (process.isSecure) {
    return notSupported('Java ignores JAVA_TOOL_OPTIONS, because its program has file capabilities or is set-uid')
  }
  return undefined
}

const describe = (process: ProcessSnapshot): Description => {
  const release = releasePaths(process).flatMap((path) => process.files?.[path] ?? [])[0] ?? ''
  const libc = LIBC_OF[field(release, 'LIBC') as keyof typeof LIBC_OF]
  const isOpenJ9 = findMapped(process, OPENJ9) !== undefined
  return {
    version: firstOf(field(release, 'JAVA_VERSION'), versionOfVariable(process.env['JAVA_VERSION'])),
    ...(libc ? { libc } : {}),
    evidence: [findMapped(process, LIBJVM)?.[0], isOpenJ9 ? 'virtual machine OpenJ9' : undefined].flatMap((item) =>
      item === undefined ? [] : [item.startsWith('/') ? `maps ${item}` : item],
    ),
    problem: problemOf(process, release),
  }
}

export const java: Rule = { language: 'java', match, files: releasePaths, describe }
