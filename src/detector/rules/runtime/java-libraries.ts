/** Agents that a JVM loads, and OpenTelemetry SDKs among the libraries of its application. Pure. */
import { posix } from 'node:path'
import { FOREIGN_AGENTS, JAVA_EXPORTERS } from '../../../api/agents/foreign-agents.ts'
import { AGENT_MOUNT_ROOT } from '../../../api/names.ts'
import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'

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

const MANIFEST = '!/META-INF/MANIFEST.MF'
const CLASS_PATH_OPTIONS = new Set(['-cp', '-classpath', '--class-path'])
const SHADED_SDK = 'io/opentelemetry/sdk/trace/SdkTracerProvider.class'
const SHADED_EXPORTER = /^io\/opentelemetry\/exporter\/(?:otlp|zipkin|jaeger)\//

const at = ({ cwd }: ProcessSnapshot, path: string): string => posix.resolve(cwd || '/', path)

/** Jars of agents in options and variables, without ours. */
const agentJars = (process: ProcessSnapshot): string[] => {
  const { argv, env } = process
  const options = [
    ...argv.slice(1),
    ...['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS'].flatMap((name) => (env[name] ?? '').split(/\s+/)),
  ]
  return options
    .flatMap((option) => /^-javaagent:([^=]+)/.exec(option)?.[1] ?? [])
    .filter((path) => !path.startsWith(`${AGENT_MOUNT_ROOT}/`))
    .map((path) => at(process, path))
}

/** The entries of the class path; the working directory where nothing is said. */
const classPath = (process: ProcessSnapshot): string[] => {
  const index = process.argv.findIndex((arg) => CLASS_PATH_OPTIONS.has(arg))
  const value = index < 0 ? '.' : (process.argv[index + 1] ?? '.')
  return value.split(':').slice(0, 200)
}

const mainJar = (process: ProcessSnapshot): string | undefined =>
  process.argv.includes('-jar') ? mainOf(process.argv) : undefined

const propertyOf = ({ argv }: ProcessSnapshot, name: string): string | undefined =>
  argv.find((arg) => arg.startsWith(`-D${name}=`))?.slice(name.length + 3)

/** Web applications of the servers that tell their folder. */
const deployed = (process: ProcessSnapshot): string[] =>
  ['catalina.base', 'jetty.base'].flatMap((name) => {
    const base = propertyOf(process, name)
    return base ? [`${base}/webapps/ROOT/WEB-INF/lib/`, `${base}/webapps/ROOT.war!/`] : []
  })

/** Folders and archives, in the notation of contents.ts, that may hold the application's libraries. */
const libraryPlaces = (process: ProcessSnapshot): string[] => {
  const jar = mainJar(process)
  if (jar !== undefined) {
    const folder = posix.dirname(at(process, jar))
    return [`${at(process, jar)}!/`, `${folder}/lib/`, `${folder}/lib/main/`]
  }
  const ofEntries = classPath(process).flatMap((entry) => {
    if (entry.endsWith('*')) return [`${at(process, entry.slice(0, -1))}/`]
    // Jib lists the class path in a file.
    if (entry.startsWith('@')) return [at(process, entry.slice(1))]
    return entry.endsWith('.jar') ? [] : ['BOOT-INF/lib/', 'WEB-INF/lib/'].map((lib) => `${at(process, entry)}/${lib}`)
  })
  return [...ofEntries, ...deployed(process)]
}

/** Everything that the questions below need. */
export const libraryPaths = (process: ProcessSnapshot): string[] => [
  ...agentJars(process).map((jar) => `${jar}${MANIFEST}`),
  ...libraryPlaces(process),
]

const premainOf = ({ files }: ProcessSnapshot, jar: string): string | undefined =>
  /^Premain-Class:\s*(\S+)/m.exec(files?.[`${jar}${MANIFEST}`] ?? '')?.[1]

/** The agents that the process loads besides ours, each with its class if its jar could be read. */
export const loadedAgents = (process: ProcessSnapshot): { jar: string; premain: string | undefined }[] =>
  agentJars(process).map((jar) => ({ jar, premain: premainOf(process, jar) }))

export interface Found {
  agent: string
  where: string
}

/** The vendor of a loaded agent by its class, as its jar may have any name. */
export const vendorOfAgents = (process: ProcessSnapshot): Found | undefined => {
  for (const { jar, premain } of loadedAgents(process)) {
    const vendor = FOREIGN_AGENTS.find(({ javaClasses }) => javaClasses?.some((begin) => premain?.startsWith(begin)))
    if (vendor) return { agent: vendor.vendor, where: `${posix.basename(jar)} (${premain})` }
  }
  return undefined
}

/** Names of the libraries that were found, and of classes in jars that were put together. */
const libraryNames = (process: ProcessSnapshot): string[] => {
  const ofClassPath = mainJar(process) === undefined ? classPath(process) : []
  const read = libraryPlaces(process).flatMap((place) => (process.files?.[place] ?? '').split(/[\n:]/))
  return [...ofClassPath, ...read]
}

/** The library with which an application sets up an SDK of its own, or an SDK together with an exporter. */
export const ownSdkOf = (process: ProcessSnapshot): Found | undefined => {
  const names = libraryNames(process)
  for (const { vendor, javaLibraries = [] } of FOREIGN_AGENTS) {
    const library = names.find((name) => javaLibraries.some((part) => name.includes(part)))
    if (library) return { agent: vendor, where: posix.basename(library) }
  }
  const sdk = names.find((name) => name.includes('opentelemetry-sdk-trace-') || name === SHADED_SDK)
  const exporter = names.find(
    (name) => JAVA_EXPORTERS.some((part) => name.includes(part)) || SHADED_EXPORTER.test(name),
  )
  return sdk && exporter ? { agent: 'OpenTelemetry', where: posix.basename(exporter) } : undefined
}
