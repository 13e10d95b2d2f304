import type { Agent, Language, Signal } from '../../api/vocabulary.ts'
import type { SecurityContext } from '../../api/kubernetes.ts'
import type { SidecarResources } from '../resources/added-resources.ts'
import type { ContainerSubject, Rule } from '../rule.ts'
import type { LibrarySwitch } from './library-switch.ts'

/** A variable that an agent shares with the user, who may have set it too. */
export interface Hook {
  name: string
  /** The value with the agent in it; the same value where it is in it already. */
  addTo: (value: string) => string
  /** Variables that the runtime reads beside it, where agents of others may be. */
  besides?: readonly string[]
}

/** A variable that is set where nobody set it. */
export interface AgentVariable {
  name: string
  value: string
  unit?: 'milliseconds' | 'second'
  /** For the documentation. */
  why: string
}

interface CommonAgent {
  name: Agent
  /** The language whose containers get the agent. */
  language: Language
  /** First two numbers of the oldest version of the runtime that it works with. */
  oldest: readonly [number, number]
  /** The version without what is peculiar to the runtime, where its numbers do not compare as they are. */
  comparableVersion?: (version: string) => string
  /** What the agent can send. */
  signals: readonly Signal[]
  /** Why this agent cannot be in a container, besides what holds for all agents. */
  rules: readonly Rule<ContainerSubject>[]
  env: readonly AgentVariable[]
  /** Variables that are also set where the user chose the agent against what was detected. */
  envWhereChosen?: Readonly<Record<string, string>>
  /** How instrumentations of libraries are switched off; absent where they cannot be. */
  libraries?: LibrarySwitch
  /** Entries of the tables in README.md and agents/README.md. */
  documentation: { language: string; agent: string; content: string; size: string }
}

/** An agent whose files are put into the container and loaded by a variable. */
export interface FilesAgent extends CommonAgent {
  delivery: 'files'
  hook: Hook
  /** Room for the files, in MiB, when they are copied: at least twice what agents/README.md says. */
  sizeMiB: number
  /** Memory limit below which a container is left alone. */
  minMemory: string
}

/** An agent that runs beside the container and attaches to its program. */
export interface SidecarAgent extends CommonAgent {
  delivery: 'sidecar'
  /** Variable that names the program. */
  targetVariable: string
  securityContext: SecurityContext
  resources: SidecarResources
}

export type AgentDefinition = FilesAgent | SidecarAgent

/** A container and the agent that was decided for it. */
export interface AgentSubject<Definition = AgentDefinition> extends ContainerSubject {
  agent: Definition
}

/** Appends one word to a list of options; nothing where it is in it already. */
export const appendOption =
  (option: string) =>
  (value: string): string => {
    if (value.includes(option)) return value
    if (value === '') return option
    return value.endsWith(' ') ? `${value}${option}` : `${value} ${option}`
  }
