import { posix } from 'node:path'
import { archiveMessage, findArchiveOption } from '../../../api/agents/class-archives.ts'
import { JAVA_BUILDERS } from '../../../api/agents/java-launchers.ts'
import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { baseName, findMapped, firstOf, notSupported, STRENGTH } from '../rule.ts'
import { libraryPaths, loadedAgents, mainOf } from './java-libraries.ts'

const LIBJVM = /^(.*)\/libjvm\.so$/
const OPENJ9 = /\/libj9vm[^/]*\.so$/
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
const WRAPPERS = [...JAVA_BUILDERS, 'jdk.jcmd', 'sun.tools']

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
  if (WRAPPERS.some((begin) => main.startsWith(begin)))
    return { strength: STRENGTH.role, role: 'wrapper', name: main, evidence: `main ${main}` }
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

/** The options of the JVM, without those in files of arguments. */
const optionsOf = ({ argv, env }: ProcessSnapshot): string[] => [
  ...argv.slice(1),
  env['JAVA_TOOL_OPTIONS'] ?? '',
  env['JDK_JAVA_OPTIONS'] ?? '',
]

const versionOf = ({ env }: ProcessSnapshot, release: string): string | undefined =>
  firstOf(field(release, 'JAVA_VERSION'), versionOfVariable(env['JAVA_VERSION']))

const problemOf = (process: ProcessSnapshot, release: string): Description['problem'] => {
  const modules = field(release, 'MODULES')
  if (modules !== undefined && !modules.split(' ').includes('java.instrument')) {
    return notSupported('the Java runtime (built by jlink) lacks the module java.instrument, which agents require')
  }
  const archive = findArchiveOption(optionsOf(process), versionOf(process, release))
  if (archive) return notSupported(archiveMessage(archive))
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
    version: versionOf(process, release),
    ...(libc ? { libc } : {}),
    evidence: [findMapped(process, LIBJVM)?.[0], isOpenJ9 ? 'virtual machine OpenJ9' : undefined]
      .flatMap((item) => (item === undefined ? [] : [item.startsWith('/') ? `maps ${item}` : item]))
      .concat(loadedAgents(process).map(({ jar, premain }) => `agent ${jar}${premain ? ` (${premain})` : ''}`)),
    problem: problemOf(process, release),
  }
}

export const java: Rule = {
  language: 'java',
  match,
  files: (process) => [...releasePaths(process), ...libraryPaths(process)],
  describe,
}
