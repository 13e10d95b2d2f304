/** Rules about imports, and about calls that are restricted to some files. */
import { dirname } from 'node:path'
import type { Import, Source } from './source.ts'

const PURE = ['src/inject', 'src/collector', 'src/destinations', 'src/certs', 'src/view']

export const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** The process that a file belongs to, if any: processes know each other only through the API server. */
const processOf = (path: string): string | undefined =>
  // controllers/actions is what all controllers share.
  /^src\/(controllers\/(?!actions\/)[^/]+|webhook|detector|queue-keeper|cli)(?=\/)/.exec(path)?.[0]

type Rule = (source: Source) => string[]

const forbid = (source: Source, which: (target: Import) => boolean, why: string): string[] =>
  source.imports.filter(which).map(({ target }) => `${source.path} → ${target}: ${why}`)

/** Not in a file with a parameter `process`: in the detector, that is an inspected process. */
const readsEnvironment = (text: string): boolean =>
  /(?<![\w.])process\.env\b/.test(text) && !/[({,]\s*process: [A-Z]/.test(text)

/** Folders under controllers/ that run inside another process. */
const PARTS: Record<string, string> = { 'src/controllers/certificates': 'src/controllers/instrumentor' }
const isPartOf = (own: string | undefined, other: string): boolean => own !== undefined && PARTS[other] === own

/** Folder at the top → those that it may import. */
const DIRECTIONS: Record<string, readonly string[]> = {
  src: [],
  ui: ['src'],
  tools: [],
  agents: ['src', 'tools'],
  examples: ['tools'],
  certs: ['src', 'tools'],
  deploy: ['src', 'tools', 'agents', 'examples'],
  scripts: ['src', 'certs', 'tools', 'agents', 'examples', 'deploy'],
}
const topFolder = (path: string): string => path.split('/')[0] ?? ''

const UI_SHARES = ['src/api', 'src/destinations', 'src/view']
const UI_SERVER_SHARES = ['src/kube', 'src/process', 'src/operations']
const isBrowserCode = (path: string): boolean => isIn(path, 'ui/components') || isIn(path, 'ui/model')

export const RULES: Record<string, Rule> = {
  'api imports nothing of ours': (source) =>
    isIn(source.path, 'src/api')
      ? forbid(source, ({ target }) => target.startsWith('src/') && !isIn(target, 'src/api'), 'api stands alone')
      : [],

  'pure folders import only pure folders': (source) => {
    if (!PURE.some((folder) => isIn(source.path, folder))) return []
    const allowed = [...PURE, 'src/api']
    return forbid(
      source,
      ({ target }) => target.startsWith('src/') && !allowed.some((folder) => isIn(target, folder)),
      'pure folders know nothing of edges',
    )
  },

  'pure folders do no I/O': (source) => {
    if (!PURE.some((folder) => isIn(source.path, folder))) return []
    const io = /^(?:node:)?(?:fs|net|http|https|http2|tls|dns|child_process|worker_threads|os|process|timers|readline)$/
    return forbid(
      source,
      ({ target, typeOnly }) =>
        !typeOnly && (io.test(target) || ['undici', 'express', 'pino', 'prom-client'].includes(target)),
      'I/O belongs to an edge',
    )
  },

  'pure folders have no clock and no randomness': (source) => {
    if (!PURE.some((folder) => isIn(source.path, folder))) return []
    const found = source.text.match(
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(/g,
    )
    return (found ?? []).map((word) => `${source.path}: ${word} — the time and random values are parameters`)
  },

  'only kube imports client-node at run time': (source) =>
    isIn(source.path, 'src/kube')
      ? []
      : forbid(
          source,
          ({ target, typeOnly }) => target === '@kubernetes/client-node' && !typeOnly,
          'only src/kube talks to the API server',
        ),

  'processes never import each other': (source) => {
    const own = processOf(source.path)
    if (!source.path.startsWith('src/')) return []
    return forbid(
      source,
      ({ target }) => {
        const other = processOf(target)
        // A folder that is not a process must not import one either: shared code is outside of them.
        return other !== undefined && other !== own && !isPartOf(own, other)
      },
      'processes talk through the API server',
    )
  },

  'process.env is read only in process/config.ts': (source) =>
    source.path.startsWith('src/') && source.path !== 'src/process/config.ts' && readsEnvironment(source.text)
      ? [`${source.path}: process.env — read it in src/process/config.ts`]
      : [],

  'express is imported only in webhook/server.ts': (source) =>
    source.path.startsWith('src/') && source.path !== 'src/webhook/server.ts'
      ? forbid(source, ({ target }) => target === 'express', 'only the edge speaks HTTP')
      : [],

  'the UI shares the language, the catalogue and the client with the control plane': (source) => {
    if (!isIn(source.path, 'ui')) return []
    const allowed = isBrowserCode(source.path) ? UI_SHARES : [...UI_SHARES, ...UI_SERVER_SHARES]
    return forbid(
      source,
      ({ target, typeOnly }) =>
        target.startsWith('src/') &&
        !allowed.some((folder) => isIn(target, folder)) &&
        // The client's types describe the responses to a browser.
        !(typeOnly && isIn(target, 'src/kube')),
      'the UI is a process of its own',
    )
  },

  'components and model never import the server of the UI': (source) =>
    isBrowserCode(source.path)
      ? forbid(source, ({ target }) => isIn(target, 'ui/server'), 'a browser has no server code')
      : [],

  'folders import one way': (source) => {
    const own = topFolder(source.path)
    const allowed = DIRECTIONS[own]
    if (allowed === undefined) return []
    return forbid(
      source,
      ({ target }) =>
        topFolder(target) in DIRECTIONS && topFolder(target) !== own && !allowed.includes(topFolder(target)),
      `${own} imports ${allowed.join(', ') || 'nothing else of ours'}`,
    )
  },

  'nothing imports tests': (source) =>
    source.path.startsWith('test/')
      ? []
      : forbid(source, ({ target }) => target.startsWith('test/'), 'tests are not a part'),
}

export const violations = (sources: Source[]): string[] =>
  Object.values(RULES).flatMap((rule) => sources.flatMap((source) => rule(source)))

/** More files in one folder hide what belongs together: then it gets rooms. */
const MAX_FILES = 12

/** Folders of src with too many files, subfolders not counted. */
export const wideFolders = (sources: readonly Source[]): string[] => {
  const files = Map.groupBy(
    sources.filter(({ path }) => isIn(path, 'src')),
    ({ path }) => dirname(path),
  )
  return [...files].filter(([, own]) => own.length > MAX_FILES).map(([folder, own]) => `${folder}: ${own.length} files`)
}

/** Paths under /proc, other than those of the own process, are opened in one file of the detector. */
export const readersOfProc = (sources: Source[]): string[] =>
  sources
    .filter(({ path, text }) => path.startsWith('src/') && /['"`]\/proc\b(?!\/self)/.test(text))
    .map(({ path }) => path)
