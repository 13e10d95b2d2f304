/** Recognises agents of other vendors by variables, command lines and annotations, and prepares the words for boot files. */
import type { BootLanguage, ForeignAgent } from './foreign-agent-table.ts'
import { FOREIGN_AGENTS, OPEN_TELEMETRY } from './foreign-agent-table.ts'

export type { BootLanguage, ForeignAgent } from './foreign-agent-table.ts'
export { FOREIGN_AGENTS } from './foreign-agent-table.ts'

/** Variables that load code into a process. */
export const LOADING_VARIABLES = [
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'JAVA_OPTS',
  'CATALINA_OPTS',
  'NODE_OPTIONS',
  'PYTHONPATH',
  'RUBYOPT',
  'LD_PRELOAD',
  'DOTNET_STARTUP_HOOKS',
] as const

/** Variables whose presence reveals an agent; their values can be secret. */
export const MARKING_VARIABLES: readonly string[] = FOREIGN_AGENTS.flatMap(({ variables = [] }) => variables)

type Word = readonly [word: string, vendor: string]

const wordsOf = (select: (agent: ForeignAgent) => readonly string[]): readonly Word[] =>
  FOREIGN_AGENTS.flatMap((agent) => select(agent).map((word): Word => [word.toLowerCase(), agent.vendor]))

const FILES = wordsOf(({ files = [], filesOf = {} }) => [...files, ...Object.values(filesOf).flat()])
const PROGRAMS = wordsOf(({ programs = [] }) => programs)

const vendorOf = (text: string, words: readonly Word[]): string | undefined => {
  const lower = text.toLowerCase()
  return words.find(([word]) => lower.includes(word))?.[1]
}

/** The vendor of the agent that a variable reveals. Its value is only considered if the variable loads code. */
export const agentOfVariable = (name: string, value: string): string | undefined => {
  const marked = FOREIGN_AGENTS.find(({ variables }) => variables?.includes(name))
  if (marked) return marked.vendor
  return (LOADING_VARIABLES as readonly string[]).includes(name) ? vendorOf(value, FILES) : undefined
}

/** Options that load an agent; other words of a command line are no proof. */
const LOADING_OPTIONS = /(?<![\w-])(?:-javaagent:\S+|(?:--require|--import|-r)[= ]\S+)/g

/** The vendor of the agent that a command line loads. */
export const agentOfCommand = (command: string): string | undefined =>
  vendorOf((command.match(LOADING_OPTIONS) ?? []).join(' '), FILES) ?? vendorOf(command, PROGRAMS)

/** Parts of the names of Java libraries that send the spans of an OpenTelemetry SDK. */
export const JAVA_EXPORTERS: readonly string[] = [
  'azure-monitor-opentelemetry-exporter-',
  'opentelemetry-exporter-jaeger-',
  'opentelemetry-exporter-otlp-',
  'opentelemetry-exporter-zipkin-',
]

/** The words for the agent of Java: parts of the names of other agents' files, of their classes and of libraries. */
export const javaWords = (): { files: string[]; classes: string[]; libraries: string[] } => ({
  files: [...new Set(FOREIGN_AGENTS.flatMap(({ files = [], filesOf = {} }) => [...files, ...(filesOf.java ?? [])]))]
    .map((word) => word.toLowerCase())
    .toSorted(),
  classes: FOREIGN_AGENTS.flatMap(({ javaClasses = [] }) => javaClasses).toSorted(),
  libraries: FOREIGN_AGENTS.flatMap(({ javaLibraries = [] }) => javaLibraries).toSorted(),
})

/** Why a container with this vendor's agent is left alone. */
export const reasonForAgent = (vendor: string): 'OwnSdk' | 'OtherAgent' =>
  vendor === OPEN_TELEMETRY ? 'OwnSdk' : 'OtherAgent'

/** The words for the boot file of a language: parts of names in options, and packages of the application. */
export const bootWords = (
  language: BootLanguage,
  agents: readonly ForeignAgent[] = FOREIGN_AGENTS,
): { files: string[]; packages: string[] } => ({
  files: [...new Set(agents.flatMap(({ filesOf }) => filesOf?.[language] ?? []))]
    .map((word) => word.toLowerCase())
    .toSorted(),
  packages: [...new Set(agents.flatMap(({ npmPackages = [] }) => npmPackages))].toSorted(),
})
