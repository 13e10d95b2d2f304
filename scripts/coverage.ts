/**
 * Line and branch coverage of `src` and `ui/model`, from V8's counts (NODE_V8_COVERAGE). `npm run check` prints the totals;
 * run directly, this lists the files of the last check, least covered first.
 */
import { globSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(import.meta.dirname, '..')
const MEASURED = ['src/**/*.ts', 'ui/model/**/*.ts']

/** Folder that the tests of a check fill. */
export const COVERAGE_FOLDER = join(ROOT, 'node_modules/.cache/coverage')

interface Range {
  startOffset: number
  endOffset: number
  count: number
}

/** What V8 reports of one script; the first range of a function is the function, the others are blocks in it. */
export interface ScriptCoverage {
  url: string
  functions: { ranges: Range[] }[]
}

interface Share {
  covered: number
  total: number
}

export interface Coverage {
  lines: Share
  branches: Share
}

/** How often each character ran in one process. Node.js leaves every offset where it was when it strips types. Inner ranges come after outer ones and count more exactly. */
const countsOf = (script: ScriptCoverage, length: number): Uint32Array => {
  const counts = new Uint32Array(length)
  for (const { startOffset, endOffset, count } of script.functions.flatMap(({ ranges }) => ranges))
    counts.fill(count, startOffset, endOffset)
  return counts
}

/** A module of types is never loaded. */
const hasCode = (text: string): boolean => /^(?:export )?(?:const|class|await)\b/m.test(text)

const isCode = (line: string): boolean => !/^\s*(?:$|\/\/|\/?\*)/.test(line)

const shareOf = (results: boolean[]): Share => ({ covered: results.filter(Boolean).length, total: results.length })

/** Coverage of one file by all processes together. Comments do not count; a branch is a block or a function. */
export const measure = (text: string, scripts: readonly ScriptCoverage[]): Coverage => {
  const all = scripts.map((script) => countsOf(script, text.length))
  const ran = (offset: number): boolean => all.some((counts) => (counts[offset] ?? 0) > 0)
  let start = 0
  const lines: boolean[] = []
  for (const line of text.split('\n')) {
    const from = start
    if (isCode(line)) lines.push([...line.matchAll(/\S/g)].some(({ index }) => ran(from + index)))
    start += line.length + 1
  }
  const ranges = scripts.flatMap(({ functions }) => functions.flatMap((entry) => entry.ranges))
  const starts = new Map(ranges.map(({ startOffset, endOffset }) => [`${startOffset}-${endOffset}`, startOffset]))
  return { lines: shareOf(lines), branches: shareOf([...starts.values()].map(ran)) }
}

/** The scripts in a file of coverage; none in half a one, which a process leaves that is killed while it writes. */
export const scriptsIn = (text: string): ScriptCoverage[] => {
  try {
    return (JSON.parse(text) as { result: ScriptCoverage[] }).result
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

const readScripts = (): Map<string, ScriptCoverage[]> => {
  const scripts = new Map<string, ScriptCoverage[]>()
  for (const file of readdirSync(COVERAGE_FOLDER).filter((name) => name.startsWith('coverage-'))) {
    const found = scriptsIn(readFileSync(join(COVERAGE_FOLDER, file), 'utf8'))
    for (const script of found.filter(({ url }) => url.startsWith('file:'))) {
      const path = relative(ROOT, fileURLToPath(script.url))
      scripts.set(path, [...(scripts.get(path) ?? []), script])
    }
  }
  return scripts
}

/** Coverage by file, of what the tests of the last check ran. */
export const readCoverage = (): Map<string, Coverage> => {
  const scripts = readScripts()
  const paths = globSync(MEASURED, { cwd: ROOT }).filter((path) => !path.endsWith('.generated.ts'))
  const files = paths.map((path): [string, string] => [path, readFileSync(join(ROOT, path), 'utf8')])
  return new Map(
    files.filter(([, text]) => hasCode(text)).map(([path, text]) => [path, measure(text, scripts.get(path) ?? [])]),
  )
}

const percent = (shares: Share[]): string => {
  const sum = (pick: (share: Share) => number): number => shares.reduce((total, share) => total + pick(share), 0)
  return `${(
    (100 * sum(({ covered }) => covered)) /
    Math.max(
      1,
      sum(({ total }) => total),
    )
  ).toFixed(1)} %`
}

/** The totals, for one line. */
export const summaryOfCoverage = (coverage: Map<string, Coverage>): string => {
  const all = [...coverage.values()]
  const [lines, branches] = [percent(all.map((file) => file.lines)), percent(all.map((file) => file.branches))]
  return `lines ${lines}, branches ${branches} of src and ui/model`
}

const missing = ({ lines }: Coverage): number => lines.total - lines.covered

if (import.meta.main) {
  const coverage = readCoverage()
  for (const [path, file] of [...coverage].toSorted(([, a], [, b]) => missing(b) - missing(a)))
    if (missing(file) > 0) console.log(`${percent([file.lines]).padStart(7)}  ${missing(file)} lines  ${path}`)
  console.log(summaryOfCoverage(coverage))
}
