import type { Agent, Signal } from '../../api/vocabulary.ts'
import type { Hook } from '../environment/hook.ts'
import type { ContainerSubject, Rule } from '../rule.ts'

interface CommonRecipe {
  agent: Agent
  /** What the agent can send. */
  signals: readonly Signal[]
  /** Why this agent cannot be in a container, besides what holds for all agents. */
  rules: readonly Rule<ContainerSubject>[]
  /** Variables that are set where nobody set them. */
  env: Readonly<Record<string, string>>
  /** More of them where the user chose the agent against what was detected. */
  envWhereChosen?: Readonly<Record<string, string>>
}

/** An agent whose files are put into the container and loaded by a variable. */
export interface FilesRecipe extends CommonRecipe {
  delivery: 'files'
  hook: Hook
  /** Room for the files, in MiB, when they are copied: at least twice what agents/README.md says. */
  sizeMiB: number
  /** Memory limit below which a container is left alone. */
  leastMemory: string
  /** Variable with a list of libraries that are left alone; the user's list is joined with ours. */
  disabledLibraries?: { name: string; libraries: readonly string[] }
}

/** An agent that runs beside the container. */
export interface SidecarRecipe extends CommonRecipe {
  delivery: 'sidecar'
  containerName: string
}

export type Recipe = FilesRecipe | SidecarRecipe

/** Appends one word to a list of options; nothing where it is in it already. */
export const appendOption =
  (option: string) =>
  (value: string): string => {
    if (value.includes(option)) return value
    if (value === '') return option
    return value.endsWith(' ') ? `${value}${option}` : `${value} ${option}`
  }
