import type { ContainerDetection, DetectorTarget } from '../api/detector-protocol.ts'
import { createContainerIndex } from './proc/containers.ts'
import { decideContainer } from './decide-container.ts'
import type { Finding } from './finding.ts'
import { examine } from './finding.ts'
import { MEMORY_FILES, workingSetMiB } from './memory.ts'
import type { Look, ProcessSnapshot } from './proc/process-snapshot.ts'

/** Access to the node; implemented by proc.ts. */
export interface Node {
  pids: () => number[]
  cgroup: (pid: number) => string
  mountinfo: (pid: number) => string
  proportionalKiB: (pid: number) => number | undefined
  snapshot: (pid: number) => ProcessSnapshot | undefined
  look: Look
}

const pidsByContainer = (targets: readonly DetectorTarget[], node: Node): Map<string, number[]> => {
  const index = createContainerIndex(targets)
  const found = new Map<string, number[]>()
  for (const pid of node.pids()) {
    const cgroup = node.cgroup(pid)
    const container = cgroup === '' ? undefined : index.find(cgroup, () => node.mountinfo(pid))
    if (container !== undefined) found.set(container, [...(found.get(container) ?? []), pid])
  }
  return found
}

/** Maximum number of inspected processes of a container, oldest first, so that a fork bomb does not stall the detector. */
const MAX_PROCESSES = 64

/** Of the control group, or else the sum over the processes; undefined if a container has none. */
const memoryOf = (findings: readonly Finding[], pids: readonly number[], node: Node): number | undefined => {
  const [first] = findings
  if (!first) return undefined
  const ofGroup = workingSetMiB(node.look.files(first.process.pid, MEMORY_FILES), new Set(pids))
  if (ofGroup !== undefined) return ofGroup
  const sizes = findings.map(({ process }) => node.proportionalKiB(process.pid) ?? process.rssKiB)
  return sizes.reduce((sum, size) => sum + size, 0) / 1024
}

const detectContainer = (name: string, pids: readonly number[], node: Node): ContainerDetection => {
  const findings: Finding[] = []
  const problems: string[] = []
  for (const pid of pids.toSorted((a, b) => a - b).slice(0, MAX_PROCESSES)) {
    const snapshot = node.snapshot(pid)
    if (!snapshot) continue
    const finding = examine(snapshot, node.look)
    if (finding) findings.push(finding)
    else problems.push(...snapshot.problems)
  }
  return decideContainer({ name, findings, problems, memoryMiB: memoryOf(findings, pids, node) })
}

/** Yields the results of each target in turn, so that they can be written before a later one takes long. */
export function* detect(targets: readonly DetectorTarget[], node: Node): Generator<ContainerDetection[]> {
  const pids = pidsByContainer(targets, node)
  for (const [target, { containers }] of targets.entries()) {
    yield containers.map(({ name }, container) => detectContainer(name, pids.get(`${target}/${container}`) ?? [], node))
  }
}
