/** An entry of the zoo: a folder `test/zoo/<language>/<name>` with `zoo.json` and the files of an application. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { z } from 'zod'

const ZOO = join(import.meta.dirname, '../../test/zoo')

const requestSchema = z.strictObject({
  path: z.string().startsWith('/'),
  method: z.string().default('GET'),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  /** What the bare application answers: a guard against an entry that proves nothing. */
  status: z.int().default(200),
  /** Server spans whose parent is the caller's: more where the application passes the context on to itself. */
  serverSpans: z.int().default(1),
})

const entrySchema = z.strictObject({
  /** Frameworks and servers with versions, as the documentation lists them. */
  title: z.string(),
  /** `python 3.11`, `node 24`, `java 17`, `go 1.26`. */
  runtime: z.string(),
  /** Python: requirements, pinned, or `-r` and a file of them. Node.js, Java and Go have their manifest in the folder. */
  packages: z.array(z.string()).default([]),
  /** Entry of the same language whose files it has, too. */
  filesOf: z.string().optional(),
  /** Commands that build the application, once. */
  build: z.array(z.array(z.string())).default([]),
  /** Commands before each run, without the agent. */
  prepare: z.array(z.array(z.string())).default([]),
  /** Programs that run beside it; their ports are `{redis}` and so on. */
  services: z.array(z.enum(['postgres', 'redis'])).default([]),
  /** Debian packages of programs that it needs, by the path of the program. */
  programs: z.record(z.string().startsWith('/'), z.string()).default({}),
  /** Placeholders: `{runtime}`, `{bin}` (programs of its packages), `{port}`, `{folder}`. */
  start: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()).default({}),
  /** A path that is asked for until its answer is 200, before the requests: a server that listens before it has its application. */
  ready: z.string().startsWith('/').optional(),
  /** Without requests, the application is a program that ends by itself. */
  requests: z.array(requestSchema).default([]),
  signal: z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT']).default('SIGTERM'),
  /** Regular expressions of text that differs between two runs without an agent, in answers and output. */
  volatile: z.array(z.string()).default([]),
  /** Names of headers that differ between two runs. */
  volatileHeaders: z.array(z.string()).default([]),
  /** Lines of its output come in any order: several processes write them. */
  isUnordered: z.boolean().default(false),
  /** `<kind> <name>` of spans that must arrive. */
  spans: z.array(z.string()).default([]),
  /** More spans than these are too many: one for each middleware, say. */
  mostSpans: z.int().optional(),
  /** Whether each request is one server span, whose parent is the caller's. Default: whether there are requests. */
  hasServerSpans: z.boolean().optional(),
  /** Reason (src/api/reasons.ts) of the detector for which the application is left alone. */
  refused: z.string().optional(),
  /** Reason for which the agent stands back in the process. */
  standsBack: z.string().optional(),
  /** Belongs to the part that `npm test` runs. */
  isInPart: z.boolean().default(false),
  limitMs: z.int().default(60_000),
})

export type Language = 'python' | 'nodejs' | 'java' | 'go'
export type Request = z.infer<typeof requestSchema>
export interface Entry extends z.infer<typeof entrySchema> {
  /** `<language>/<name>`. */
  id: string
  language: Language
  /** Folders with its files. */
  folders: string[]
}

const LANGUAGES: readonly string[] = ['python', 'nodejs', 'java', 'go'] satisfies Language[]

const load = (file: string): Entry => {
  const folder = dirname(file)
  const id = relative(ZOO, folder).split(sep).join('/')
  const language = id.split('/')[0] ?? ''
  if (!LANGUAGES.includes(language)) throw new Error(`${id}: the folder is not in that of a language`)
  const parsed = entrySchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${id}/zoo.json: ${z.prettifyError(parsed.error)}`)
  const { filesOf } = parsed.data
  const folders = filesOf === undefined ? [folder] : [join(folder, '..', filesOf), folder]
  return { ...parsed.data, id, language: language as Language, folders }
}

/** All entries, by their names; throws for one whose `zoo.json` is malformed. */
export const zooEntries = (): Entry[] =>
  globSync('*/*/zoo.json', { cwd: ZOO })
    .toSorted()
    .map((file) => load(join(ZOO, file)))
