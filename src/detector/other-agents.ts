/** Detects other vendors' agents, so that no process gets two. Odigos' own files never count. Pure. */
import {
  agentOfCommand,
  agentOfVariable,
  FOREIGN_AGENTS,
  LOADING_VARIABLES,
  MARKING_VARIABLES,
  reasonForAgent,
} from '../api/agents/foreign-agents.ts'
import type { Language } from '../api/vocabulary.ts'
import { withoutOurs } from './environment.ts'
import type { ProcessSnapshot } from './proc/process-snapshot.ts'
import { ownSdkOf, vendorOfAgents } from './rules/runtime/java-libraries.ts'
import { applicationManifests } from './rules/runtime/node-packages.ts'

export interface OtherAgent {
  agent: string
  /** Where it was detected; never the value of a variable. */
  where: string
  reason: 'OtherAgent' | 'OwnSdk'
}

/** A library of OpenTelemetry in the application is its own SDK; others are agents of their vendor. */
const reasonOfLibrary = (name: string): OtherAgent['reason'] =>
  /opentelemetry|\botel\b|distro-otel/.test(name) ? 'OwnSdk' : 'OtherAgent'

const ofVariables = ({ env }: ProcessSnapshot): OtherAgent | undefined => {
  for (const name of [...LOADING_VARIABLES, ...MARKING_VARIABLES]) {
    const value = env[name]
    const agent = value === undefined ? undefined : agentOfVariable(name, withoutOurs(name, value))
    if (agent) return { agent, where: name, reason: reasonForAgent(agent) }
  }
  return undefined
}

const ofCommand = ({ argv }: ProcessSnapshot): OtherAgent | undefined => {
  const agent = agentOfCommand(argv.map((argument) => withoutOurs('', argument)).join(' '))
  return agent ? { agent, where: 'the command line', reason: reasonForAgent(agent) } : undefined
}

/** Matches the class ID of its .NET profiler. */
const ofProfiler = ({ env }: ProcessSnapshot): OtherAgent | undefined => {
  const classId = env['CORECLR_PROFILER']?.toUpperCase() ?? ''
  const found = FOREIGN_AGENTS.find(({ profiler }) => profiler && classId.includes(profiler))
  return found && { agent: found.vendor, where: 'CORECLR_PROFILER', reason: 'OtherAgent' }
}

const ofLibraries = ({ mapped }: ProcessSnapshot): OtherAgent | undefined => {
  const names = mapped.map((path) => path.slice(path.lastIndexOf('/') + 1)).filter((name) => name.includes('.so'))
  const found = FOREIGN_AGENTS.find(({ libraries }) =>
    libraries?.some((beginning) => names.some((name) => name.startsWith(beginning))),
  )
  return found && { agent: found.vendor, where: 'a loaded library', reason: 'OtherAgent' }
}

const ofGoModules = ({ elf }: ProcessSnapshot): OtherAgent | undefined => {
  for (const module of elf?.go?.dependencies ?? []) {
    const found = FOREIGN_AGENTS.find(({ goModules }) => goModules?.some((beginning) => module.startsWith(beginning)))
    if (found) return { agent: found.vendor, where: module, reason: reasonOfLibrary(module) }
  }
  return undefined
}

const ofPackages = (process: ProcessSnapshot): OtherAgent | undefined => {
  for (const { path, dependencies } of applicationManifests(process)) {
    for (const name of dependencies) {
      const found = FOREIGN_AGENTS.find(({ npmPackages }) => npmPackages?.includes(name))
      if (found) return { agent: found.vendor, where: `${name} in ${path}`, reason: reasonOfLibrary(name) }
    }
  }
  return undefined
}

const ofJava = (process: ProcessSnapshot): OtherAgent | undefined => {
  const agent = vendorOfAgents(process)
  if (agent) return { ...agent, reason: reasonForAgent(agent.agent) }
  const own = ownSdkOf(process)
  return own && { ...own, reason: 'OwnSdk' }
}

/** The first agent of another vendor found in the process. */
export const findOtherAgent = (process: ProcessSnapshot, language?: Language): OtherAgent | undefined =>
  ofVariables(process) ??
  ofCommand(process) ??
  ofProfiler(process) ??
  ofLibraries(process) ??
  ofGoModules(process) ??
  (language === 'java' ? ofJava(process) : ofPackages(process))
