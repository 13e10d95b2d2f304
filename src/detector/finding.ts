import type { Libc, Language } from '../api/vocabulary.ts'
import { libcOf } from './binary/libc.ts'
import type { OtherAgent } from './other-agents.ts'
import { findOtherAgent } from './other-agents.ts'
import type { MarkerName } from './binary/markers.ts'
import { UNKNOWN_PROGRAM_MARKERS } from './binary/markers.ts'
import type { Look, ProcessSnapshot } from './proc/process-snapshot.ts'
import { identify } from './rules/index.ts'
import type { Description, Role, Rule } from './rules/rule.ts'
import { STRENGTH } from './rules/rule.ts'

/** The result of the inspection of one process. */
export interface Finding {
  process: ProcessSnapshot
  role: Role
  language: Language
  strength: number
  /** Name of infrastructure or a wrapper. */
  name: string
  evidence: string[]
  version?: string | undefined
  libc: Libc | undefined
  problem?: Description['problem']
  startWithinSeconds?: number | undefined
  otherAgent?: OtherAgent | undefined
}

interface Described {
  inspected: ProcessSnapshot
  description: Description
}

const withMarkers = (process: ProcessSnapshot, look: Look, names: readonly MarkerName[]): ProcessSnapshot => {
  const missing = names.filter((name) => !(name in (process.markers ?? {})))
  return { ...process, markers: { ...process.markers, ...look.markers(process.pid, missing) } }
}

/** Reads the files that the rule names, and searches the program if they contain no version. */
const describe = (rule: Rule, process: ProcessSnapshot, look: Look): Described => {
  if (!rule.describe) return { inspected: process, description: {} }
  const withFiles = { ...process, files: look.files(process.pid, rule.files?.(process) ?? []) }
  const description = rule.describe(withFiles)
  if (description.version || !rule.markers) return { inspected: withFiles, description }
  const inspected = withMarkers(withFiles, look, rule.markers)
  return { inspected, description: rule.describe(inspected) }
}

/**
 * Identifies a process. Searches the bytes of its program only if nothing cheaper reveals its kind or version. Returns
 * undefined if its program could not be read.
 */
export const examine = (snapshot: ProcessSnapshot, look: Look): Finding | undefined => {
  const known = identify(snapshot)
  const isSure = known !== undefined && known.match.strength > STRENGTH.weak
  const process = isSure ? snapshot : withMarkers(snapshot, look, UNKNOWN_PROGRAM_MARKERS)
  const identity = isSure ? known : identify(process)
  if (!identity) return undefined
  const { rule, match } = identity
  const role = match.role ?? 'application'
  const named = { role, strength: match.strength, name: match.name ?? process.comm }
  if (role !== 'application') {
    return { ...named, process, language: 'infrastructure', evidence: [match.evidence], libc: libcOf(process) }
  }
  const { inspected, description } = describe(rule, process, look)
  const { evidence = [], version, problem, libc, startWithinSeconds } = description
  return {
    ...named,
    process: inspected,
    language: rule.language,
    evidence: [match.evidence, ...evidence],
    version,
    libc: libcOf(process) ?? libc,
    problem,
    startWithinSeconds,
    otherAgent: findOtherAgent(inspected, rule.language),
  }
}
