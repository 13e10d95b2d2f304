import type { Agent, Language, Signal } from '../../api/vocabulary.ts'
import type { SecurityContext } from '../../api/kubernetes.ts'
import type { SidecarResources } from '../resources/added-resources.ts'
import type { ContainerSubject, Rule } from '../rule.ts'
import type { LibrarySwitch } from './library-switch.ts'
import type { SdkExtras } from './sdk-support.ts'

/** The variable that loads an agent. The user may have set it too. */
export interface Hook {
  name: string
  /** The value with the agent added; unchanged if it contains the agent already. */
  addTo: (value: string) => string
  /** Other variables that the runtime reads, which may load other vendors' agents. */
  besides?: readonly string[]
}

/** A variable with the value that it gets unless it is set already. */
export interface AgentVariable {
  name: string
  value: string
  unit?: 'milliseconds' | 'second'
  /** Reason, for the documentation. */
  why: string
}

/** What an agent takes to start in one process; measured (`npm run bench:agents` renews it). */
export interface StartCost {
  cpuSeconds: number
  /** Number of CPUs that the start can use at the same time. */
  cores: number
  /** Whether processes that the application forks need not load the agent again. */
  isForked?: true
}

interface CommonAgent {
  name: Agent
  /** The language whose containers get the agent. */
  language: Language
  /** Oldest supported version of the runtime: its first two numbers. */
  oldest: readonly [number, number]
  /** Normalizes a version whose numbers do not compare as they are. */
  comparableVersion?: (version: string) => string
  /** Signals that the agent can send. */
  signals: readonly Signal[]
  /** Reasons to refuse this agent, besides those that hold for all agents. */
  rules: readonly Rule<ContainerSubject>[]
  env: readonly AgentVariable[]
  /** Additional variables for containers whose user chose the agent against the detection. */
  envWhereChosen?: Readonly<Record<string, string>>
  /** What its SDK supports besides the standard, for the values of the user's variables. */
  sdk?: SdkExtras
  /** How instrumentation libraries are disabled. Absent if they cannot be. */
  libraries?: LibrarySwitch
  /** Entries of the tables in README.md and agents/README.md. */
  documentation: { language: string; agent: string; content: string; size: string }
}

/**
 * Memory in MiB that the agent adds to a container over what it uses at rest without the agent: its first process, and each
 * further one, whose pages may be those of the process that forked it.
 */
export interface MemoryCost {
  first: number
  further: number
}

/** An agent whose files are mounted into the container and loaded through a variable. */
export interface FilesAgent extends CommonAgent {
  delivery: 'files'
  hook: Hook
  /** Size limit of the volume that the files are copied to, in MiB: at least twice the size in agents/README.md. */
  sizeMiB: number
  /** Minimum memory limit of a container in which nothing was measured; with less it is not instrumented. */
  leastMemory: string
  memory: MemoryCost
  start: StartCost
}

/** An agent that runs in a sidecar of the container and attaches to its program. */
export interface SidecarAgent extends CommonAgent {
  delivery: 'sidecar'
  /** Variable with the path of the program. */
  targetVariable: string
  securityContext: SecurityContext
  resources: SidecarResources
}

/** An agent for a language. */
export type LanguageAgent = FilesAgent | SidecarAgent

/** No agent: the configuration for an SDK that the application brings, whatever its language. */
export interface ConfigurationAgent extends Pick<CommonAgent, 'name' | 'signals' | 'rules' | 'env'> {
  delivery: 'configuration'
  language?: undefined
  libraries?: undefined
  envWhereChosen?: undefined
  sdk?: undefined
  documentation: Pick<CommonAgent['documentation'], 'content' | 'size'>
}

export type AgentDefinition = LanguageAgent | ConfigurationAgent

/** A container and the agent decided for it. */
export interface AgentSubject<Definition = AgentDefinition> extends ContainerSubject {
  agent: Definition
}

/** Appends an option to a list, unless the list contains it. */
export const appendOption =
  (option: string) =>
  (value: string): string => {
    if (value.includes(option)) return value
    if (value === '') return option
    return value.endsWith(' ') ? `${value}${option}` : `${value} ${option}`
  }
