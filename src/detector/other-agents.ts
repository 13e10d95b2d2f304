/** Detects other vendors' agents, so that no process gets two. Odigos' own files never count. Pure. */
import {
  agentOfCommand,
  agentOfVariable,
  FOREIGN_AGENTS,
  LOADING_VARIABLES,
  MARKING_VARIABLES,
} from '../api/agents/foreign-agents.ts'
import { withoutOurs } from './environment.ts'
import type { ProcessSnapshot } from './proc/process-snapshot.ts'

export interface OtherAgent {
  agent: string
  /** Where it was detected; never the value of a variable. */
  where: string
}

const ofVariables = ({ env }: ProcessSnapshot): OtherAgent | undefined => {
  for (const name of [...LOADING_VARIABLES, ...MARKING_VARIABLES]) {
    const value = env[name]
    const agent = value === undefined ? undefined : agentOfVariable(name, withoutOurs(name, value))
    if (agent) return { agent, where: name }
  }
  return undefined
}

const ofCommand = ({ argv }: ProcessSnapshot): OtherAgent | undefined => {
  const agent = agentOfCommand(argv.map((argument) => withoutOurs('', argument)).join(' '))
  return agent ? { agent, where: 'the command line' } : undefined
}

/** Matches the class ID of its .NET profiler. */
const ofProfiler = ({ env }: ProcessSnapshot): OtherAgent | undefined => {
  const classId = env['CORECLR_PROFILER']?.toUpperCase() ?? ''
  const found = FOREIGN_AGENTS.find(({ profiler }) => profiler && classId.includes(profiler))
  return found && { agent: found.vendor, where: 'CORECLR_PROFILER' }
}

const ofLibraries = ({ mapped }: ProcessSnapshot): OtherAgent | undefined => {
  const names = mapped.map((path) => path.slice(path.lastIndexOf('/') + 1)).filter((name) => name.includes('.so'))
  const found = FOREIGN_AGENTS.find(({ libraries }) =>
    libraries?.some((beginning) => names.some((name) => name.startsWith(beginning))),
  )
  return found && { agent: found.vendor, where: 'a loaded library' }
}

const ofGoModules = ({ elf }: ProcessSnapshot): OtherAgent | undefined => {
  for (const module of elf?.go?.dependencies ?? []) {
    const found = FOREIGN_AGENTS.find(({ goModules }) => goModules?.some((beginning) => module.startsWith(beginning)))
    if (found) return { agent: found.vendor, where: module }
  }
  return undefined
}

/** Direct dependencies only: they are intentional. */
const dependenciesOf = (packageJson: string): string[] => {
  try {
    const { dependencies } = JSON.parse(packageJson) as { dependencies?: Record<string, string> }
    return Object.keys(dependencies ?? {})
  } catch {
    return []
  }
}

const ofPackages = ({ files }: ProcessSnapshot): OtherAgent | undefined => {
  for (const [path, text] of Object.entries(files ?? {})) {
    if (!path.endsWith('/package.json')) continue
    for (const name of dependenciesOf(text)) {
      const found = FOREIGN_AGENTS.find(({ npmPackages }) => npmPackages?.includes(name))
      if (found) return { agent: found.vendor, where: `${name} in ${path}` }
    }
  }
  return undefined
}

/** The first agent of another vendor found in the process. */
export const findOtherAgent = (process: ProcessSnapshot): OtherAgent | undefined =>
  ofVariables(process) ??
  ofCommand(process) ??
  ofProfiler(process) ??
  ofLibraries(process) ??
  ofGoModules(process) ??
  ofPackages(process)
