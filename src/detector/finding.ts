import type { Libc, Language } from '../api/vocabulary.ts'
import { libcOf } from './libc.ts'
import type { OtherAgent } from './other-agents.ts'
import { findOtherAgent } from './other-agents.ts'
import type { MarkerName, ProcessSnapshot } from './process-snapshot.ts'
import { UNKNOWN_PROGRAM_MARKERS } from './markers.ts'
import { identify } from './rules/index.ts'
import type { Description, Role } from './rules/rule.ts'
import { STRENGTH } from './rules/rule.ts'

/** What one process was found to be. */
export interface Finding {
  process: ProcessSnapshot
  role: Role
  language: Language
  strength: number
  /** What it is called, for infrastructure and wrappers. */
  name: string
  evidence: string[]
  version: string | undefined
  libc: Libc | undefined
  problem: Description['problem']
  otherAgent: OtherAgent | undefined
}

/** Reads more of a process; the answers are kept in its snapshot. */
export interface Look {
  files: (pid: number, paths: readonly string[]) => Record<string, string>
  markers: (pid: number, names: readonly MarkerName[]) => Partial<Record<MarkerName, string>>
}

/**
 * What a process is. Looks into the bytes of its program only where nothing cheaper says what it is, or which version;
 * undefined where its program could not be seen at all.
 */
export const examine = (snapshot: ProcessSnapshot, look: Look): Finding | undefined => {
  let process = snapshot
  let identity = identify(process)
  if (!identity || identity.match.strength <= STRENGTH.weak) {
    process = withMarkers(process, look, UNKNOWN_PROGRAM_MARKERS)
    identity = identify(process)
  }
  if (!identity) return undefined
  const { rule, match } = identity
  const role = match.role ?? 'application'
  let description: Description = {}
  if (role === 'application') {
    process = { ...process, files: look.files(process.pid, rule.files?.(process) ?? []) }
    description = rule.describe?.(process) ?? {}
    if (!description.version && rule.markers) {
      process = withMarkers(process, look, rule.markers)
      description = rule.describe?.(process) ?? {}
    }
  }
  return {
    process,
    role,
    language: role === 'infrastructure' ? 'infrastructure' : rule.language,
    strength: match.strength,
    name: match.name ?? process.comm,
    evidence: [match.evidence, ...(description.evidence ?? [])],
    version: description.version,
    libc: libcOf(process) ?? description.libc,
    problem: description.problem,
    otherAgent: role === 'application' ? findOtherAgent(process) : undefined,
  }
}

const withMarkers = (process: ProcessSnapshot, look: Look, names: readonly MarkerName[]): ProcessSnapshot => {
  const missing = names.filter((name) => !(name in (process.markers ?? {})))
  return { ...process, markers: { ...process.markers, ...look.markers(process.pid, missing) } }
}
