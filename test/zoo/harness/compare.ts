/** What two runs of an entry have in common, and what not. Pure. */
import type { Entry } from '../../../tools/zoo/entry.ts'

export interface Answer {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

/** What can be seen of a run from outside. */
export interface Behaviour {
  answers: readonly Answer[]
  code: number | null
  signal: string | null
  stdout: string
  stderr: string
}

/** Also after the end of a colour, which is a letter. */
const TIME = /(?<!\d)\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?/
const VOLATILE: readonly RegExp[] = [
  /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?: ?[+-]\d{2}:?\d{2}|Z)?/,
  /\b\d{1,2}\/[A-Z][a-z]{2}\/\d{4}(?: |:)?(?:\d{2}:\d{2}:\d{2})?(?: [+-]\d{4})?/,
  /\b[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2} \d{4}/,
  TIME,
  /\[\d[\d,]*\]|\((?:node:)?\d+\)/,
  /\b(?:pid|PID|process)[ :=]*\d+/,
  /\b\d+(?:[.,]\d+)? ?(?:ms|µs|s|sec|seconds|milliseconds)\b/,
  /\b0x[0-9a-f]{6,}\b/,
]
/** The JVM's own notices, which every variable with options causes, and what an application prints of the JVM's options (docs/supported.md). */
const NOTICE =
  /^(?:Picked up JAVA_TOOL_OPTIONS: .*|NOTE: Picked up JDK_JAVA_OPTIONS: .*|.* -javaagent:\S+\/javaagent\.jar)\n/gm
/** Wrappers of an agent are part of a stack, and JavaScript keeps only ten frames of it. Some log formats mark them by `!`. */
const FRAMES = /^[! \t]+(?:at |\.{3} \d+ (?:more|common frames omitted)).*\n/gm
const VOLATILE_HEADERS = ['date', 'keep-alive', 'last-modified']

const masked = (text: string, entry: Entry): string => {
  const patterns = [...entry.volatile.map((pattern) => new RegExp(pattern)), ...VOLATILE]
  return patterns.reduce((rest, pattern) => rest.replaceAll(new RegExp(pattern, 'g'), '…'), text.replaceAll(NOTICE, ''))
}

const output = (text: string, entry: Entry): string[] => {
  const lines = masked(text.replaceAll(FRAMES, ''), entry).split('\n')
  return entry.isUnordered ? lines.toSorted() : lines
}

const headers = (all: Answer['headers'], entry: Entry): Record<string, string> =>
  Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => !VOLATILE_HEADERS.includes(name) && !entry.volatileHeaders.includes(name))
      .map(([name, value]) => [name, masked(value, entry)]),
  )

/** Everything that must be the same with and without the agent, a line for each part. */
const linesOf = ({ answers, code, signal, stdout, stderr }: Behaviour, entry: Entry): string[] => [
  ...answers.flatMap(({ status, headers: all, body }, index) => [
    `answer ${index}: status ${status}`,
    ...Object.entries(headers(all, entry)).map(([name, value]) => `answer ${index}: ${name}: ${value}`),
    `answer ${index}: body ${masked(body, entry)}`,
  ]),
  `code ${code}, signal ${signal}`,
  ...output(stdout, entry).map((line) => `stdout: ${line}`),
  ...output(stderr, entry).map((line) => `stderr: ${line}`),
]

/** Lines of the first list that are not in the second; of equal lines each counts. */
const without = (lines: readonly string[], others: readonly string[]): string[] => {
  const left = [...others]
  return lines.filter((line) => {
    const at = left.indexOf(line)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** What the run with the agent lacks (`-`) or adds (`+`); empty if the two are the same. */
export const differences = (bare: Behaviour, injected: Behaviour, entry: Entry): string[] => {
  const [before, after] = [linesOf(bare, entry), linesOf(injected, entry)]
  const [gone, added] = [without(before, after), without(after, before)]
  const differ = [...gone.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)]
  const isReordered = differ.length === 0 && before.join('\n') !== after.join('\n')
  return isReordered ? ['the lines of its output come in another order'] : differ
}
