/** One value of a counter, with its labels. */
export interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g
const ESCAPES: Readonly<Record<string, string>> = { n: '\n' }

const unescaped = (value: string): string =>
  value.replaceAll(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character)

/** The samples of Prometheus' text format; what is not a sample with a number is left out. */
export const parseSamples = (text: string): Sample[] =>
  text.split('\n').flatMap((line): Sample[] => {
    const [, name, labels = '', number] = SAMPLE.exec(line) ?? []
    const value = Number(number)
    if (name === undefined || !Number.isFinite(value)) return []
    const pairs = Array.from(labels.matchAll(LABEL), ([, label = '', quoted = '']) => [label, unescaped(quoted)])
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value }]
  })
