/** Import cycles, types included, between files and between the subfolders of a folder of src. */
import type { Source } from './source.ts'

/** The import graph. */
export type Graph = Map<string, Set<string>>

/** The room of a file: its folder below `src/<folder>` or `src/controllers/<process>`; else the file itself. */
export const roomOf = (path: string): string =>
  /^src\/(?:controllers\/[^/]+|(?!controllers\/)[^/]+)\/[^/]+(?=\/)/.exec(path)?.[0] ?? path

/** Imports between nodes; `without` are those that are known to close a ring, as `from → to`. */
export const graphOf = (
  sources: readonly Source[],
  nodeOf: (path: string) => string = (path) => path,
  without: readonly string[] = [],
): Graph => {
  const graph: Graph = new Map(sources.map(({ path }) => [nodeOf(path), new Set()]))
  for (const { path, imports } of sources)
    for (const { target } of imports) {
      const [from, to] = [nodeOf(path), nodeOf(target)]
      if (from !== to && graph.has(to) && !without.includes(`${from} → ${to}`)) graph.get(from)?.add(to)
    }
  return graph
}

/** The first ring, as a path from a node back to itself. */
export const findRing = (graph: Graph): string[] | undefined => {
  const done = new Set<string>()
  const visit = (node: string, trail: string[]): string[] | undefined => {
    const at = trail.indexOf(node)
    if (at >= 0) return [...trail.slice(at), node]
    if (done.has(node)) return undefined
    for (const next of graph.get(node) ?? []) {
      const ring = visit(next, [...trail, node])
      if (ring) return ring
    }
    done.add(node)
    return undefined
  }
  for (const node of graph.keys()) {
    const ring = visit(node, [])
    if (ring) return ring
  }
  return undefined
}
