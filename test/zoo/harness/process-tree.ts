/** The processes of a running entry: what the detector says of them, and their memory. */
import { readFileSync } from 'node:fs'
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import { decideContainer } from '../../../src/detector/decide-container.ts'
import { examine } from '../../../src/detector/finding.ts'
import { createProcReader, listPids } from '../../../src/detector/proc/proc.ts'

const parentOf = (pid: number): number => {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return Number.NaN // it has ended
  }
}

/** The process and its descendants. */
export const treeOf = (root: number): number[] => {
  const parents = listPids().map((pid) => [pid, parentOf(pid)] as const)
  const tree = [root]
  for (const parent of tree) tree.push(...parents.flatMap(([pid, of]) => (of === parent ? [pid] : [])))
  return tree
}

const proportionalKiB = (pid: number): number => {
  try {
    return Number(/^Pss:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Proportional set size of all its processes, in MiB. */
export const memoryOf = (root: number): number =>
  treeOf(root).reduce((sum, pid) => sum + proportionalKiB(pid), 0) / 1024

/** What the detector reports for a container with these processes. */
export const detectionOf = (root: number): ContainerDetection => {
  const { snapshot, look } = createProcReader()
  const findings = treeOf(root).flatMap((pid) => {
    const process = snapshot(pid)
    const finding = process && examine(process, look)
    return finding ? [finding] : []
  })
  return decideContainer({ name: 'app', findings, problems: [] })
}
