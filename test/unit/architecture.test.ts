/** The import rules of the project, read from the import statements of every source file. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const root = join(import.meta.dirname, '../..')

interface Import {
  /** Repository path for a file of ours, else the name of the package (`node:fs`, `express`). */
  target: string
  typeOnly: boolean
}

interface Source {
  path: string
  text: string
  imports: Import[]
}

const PURE = ['src/inject', 'src/collector', 'src/destinations', 'src/certs']

/** Comments out, so that a word in one is not taken for code. Strings stay: import paths are strings. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(),])\/\/.*$/gm, '$1')

const STATEMENT = /\b(import|export)\s+(type\s+)?(?:[\w$*{][^'"`;]*?\sfrom\s*)?['"]([^'"\n]+)['"]/g
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g

const isOnlyTypes = (statement: string): boolean => {
  const names = /\{([^}]*)\}/.exec(statement)?.[1]
  return (
    names !== undefined &&
    /^(?:import|export)\s*\{/.test(statement) &&
    names.split(',').every((name) => /^\s*(type\s|$)/.test(name))
  )
}

const packageOf = (specifier: string): string =>
  specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0]!

const resolveTarget = (path: string, specifier: string): string =>
  specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : packageOf(specifier)

const parseSource = (path: string, text: string): Source => {
  const code = withoutComments(text)
  const fixed = [...code.matchAll(STATEMENT)].map(([statement, , type, specifier]) => ({
    target: resolveTarget(path, specifier!),
    typeOnly: type !== undefined || isOnlyTypes(statement),
  }))
  const dynamic = [...code.matchAll(DYNAMIC)].map(([, specifier]) => ({
    target: resolveTarget(path, specifier!),
    typeOnly: false,
  }))
  return { path, text: code, imports: [...fixed, ...dynamic] }
}

const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** The process that a file belongs to, if any: processes know each other only through the API server. */
const processOf = (path: string): string | undefined =>
  /^src\/(controllers\/[^/]+|webhook|detector|cli)(?=\/)/.exec(path)?.[0]

type Rule = (source: Source) => string[]

const forbid = (source: Source, which: (target: Import) => boolean, why: string): string[] =>
  source.imports.filter(which).map(({ target }) => `${source.path} → ${target}: ${why}`)

/** Not in a file with a parameter of the name `process`: for the detector that is a process that it looks at. */
const readsEnvironment = (text: string): boolean =>
  /(?<![\w.])process\.env\b/.test(text) && !/[({,]\s*process: [A-Z]/.test(text)

/** Folders under controllers/ that run inside another process. */
const PARTS: Record<string, string> = { 'src/controllers/certificates': 'src/controllers/instrumentor' }
const isPartOf = (own: string | undefined, other: string): boolean => own !== undefined && PARTS[other] === own

const RULES: Record<string, Rule> = {
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
        // A folder that is no process has no business in one either: what is shared lives outside of them.
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

  'nothing imports tests': (source) =>
    source.path.startsWith('test/')
      ? []
      : forbid(source, ({ target }) => target.startsWith('test/'), 'tests are not a part'),
}

const violations = (sources: Source[]): string[] =>
  Object.values(RULES).flatMap((rule) => sources.flatMap((source) => rule(source)))

/** Paths under /proc, other than those of the own process, are opened in one file of the detector. */
const readersOfProc = (sources: Source[]): string[] =>
  sources
    .filter(({ path, text }) => path.startsWith('src/') && /['"`]\/proc\b(?!\/self)/.test(text))
    .map(({ path }) => path)

/** The first cycle of run-time imports, as a path from a file back to itself. */
const findCycle = (sources: Source[]): string[] | undefined => {
  const graph = new Map(
    sources.map(({ path, imports }) => [path, imports.filter(({ typeOnly }) => !typeOnly).map(({ target }) => target)]),
  )
  const done = new Set<string>()
  const visit = (path: string, trail: string[]): string[] | undefined => {
    const at = trail.indexOf(path)
    if (at >= 0) return [...trail.slice(at), path]
    if (done.has(path)) return undefined
    for (const target of graph.get(path) ?? []) {
      const cycle = visit(target, [...trail, path])
      if (cycle) return cycle
    }
    done.add(path)
    return undefined
  }
  for (const path of graph.keys()) {
    const cycle = visit(path, [])
    if (cycle) return cycle
  }
  return undefined
}

describe('architecture', () => {
  const paths = globSync(['src/**/*.ts', 'scripts/**/*.ts', 'deploy/**/*.ts', 'agents/**/*.ts'], { cwd: root })
  const sources = paths
    .filter((path) => !path.includes('node_modules'))
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')))

  it('finds the sources and their imports', () => {
    assert.ok(sources.length > 50)
    const client = sources.find(({ path }) => path === 'src/kube/http/client.ts')
    assert.ok(client?.imports.some(({ target, typeOnly }) => target === 'src/kube/http/connection.ts' && !typeOnly))
    assert.ok(client?.imports.some(({ target, typeOnly }) => target === '@kubernetes/client-node' && typeOnly))
    for (const { path, imports } of sources) {
      for (const { target } of imports) assert.doesNotMatch(target, /[\s{}]/, `${path}: ${target}`)
    }
  })

  for (const [name, rule] of Object.entries(RULES)) {
    it(name, () => {
      assert.deepEqual(
        sources.flatMap((source) => rule(source)),
        [],
      )
    })
  }

  it('/proc is read in one file of the detector', () => {
    const readers = readersOfProc(sources)
    assert.ok(readers.length <= 1, readers.join(', '))
    for (const path of readers) assert.ok(isIn(path, 'src/detector'), path)
  })

  it('has no cycles', () => {
    assert.equal(findCycle(sources)?.join(' → '), undefined)
  })

  describe('the check itself catches', () => {
    const caught = (path: string, text: string): number => violations([parseSource(path, text)]).length
    const forbidden: [string, string, string][] = [
      ['api that imports an edge', 'src/api/a.ts', `import { x } from '../kube/client.ts'`],
      ['api that imports only a type of an edge', 'src/api/a.ts', `import type { X } from '../kube/types.ts'`],
      ['a pure folder that imports an edge', 'src/inject/a.ts', `import { x } from '../kube/client.ts'`],
      ['an import over several lines', 'src/inject/a.ts', `import {\n  x,\n  y,\n} from '../process/log.ts'`],
      ['a re-export', 'src/collector/a.ts', `export { x } from '../process/log.ts'`],
      ['an export of everything', 'src/certs/a.ts', `export * from '../kube/client.ts'`],
      ['an import for its effect', 'src/destinations/a.ts', `import '../process/log.ts'`],
      ['files in a pure folder', 'src/inject/a.ts', `import { readFileSync } from 'node:fs'`],
      ['promises of files in a pure folder', 'src/inject/a.ts', `import { readFile } from 'node:fs/promises'`],
      ['a clock in a pure folder', 'src/inject/a.ts', `const now = Date.now()`],
      ['randomness in a pure folder', 'src/certs/a.ts', `const n = Math.random()`],
      ['client-node elsewhere', 'src/webhook/a.ts', `import { KubeConfig } from '@kubernetes/client-node'`],
      ['a dynamic import', 'src/cli/a.ts', `const k = await import('@kubernetes/client-node')`],
      ['the default import beside types', 'src/cli/a.ts', `import K, { type X } from '@kubernetes/client-node'`],
      ['a process that imports another', 'src/webhook/a.ts', `import { x } from '../detector/scan.ts'`],
      ['a controller that imports another', 'src/controllers/a/a.ts', `import { x } from '../b/b.ts'`],
      ['a shared folder that imports a process', 'src/kube/a.ts', `import { x } from '../webhook/server.ts'`],
      ['process.env', 'src/kube/a.ts', `const a = process.env['A']`],
      ['express elsewhere', 'src/process/health.ts', `import express from 'express'`],
      ['a test as a part', 'src/kube/a.ts', `import { x } from '../../test/support/pods.ts'`],
    ]
    for (const [name, path, text] of forbidden) it(name, () => assert.equal(caught(path, text), 1))

    it('but not what is allowed', () => {
      const allowed: [string, string][] = [
        ['src/inject/a.ts', `import { x } from '../api/names.ts'\nimport { y } from '../destinations/b.ts'`],
        ['src/webhook/a.ts', `import type { KubeConfig } from '@kubernetes/client-node'`],
        ['src/webhook/a.ts', `import { type KubeConfig } from '@kubernetes/client-node'`],
        ['src/webhook/server.ts', `import express from 'express'`],
        ['src/process/config.ts', `const a = process.env`],
        ['src/detector/b.ts', `const names = finding.process.env`],
        ['src/detector/a.ts', `const of = (process: Snapshot) => process.env`],
        ['src/controllers/instrumentor/a.ts', `import { x } from '../certificates/controller.ts'`],
        ['src/api/a.ts', `// import { x } from '../kube/client.ts'\n/* process.env */`],
        ['src/inject/a.ts', `import { createHash } from 'node:crypto'`],
        ['src/kube/a.ts', `const url = 'https://a' // import x from 'express'`],
      ]
      for (const [path, text] of allowed) assert.deepEqual(violations([parseSource(path, text)]), [])
    })

    it('a second reader of /proc, but not of its own process', () => {
      const read = (path: string, text: string) => readersOfProc([parseSource(path, text)])
      assert.equal(read('src/webhook/a.ts', 'readFileSync(`/proc/${pid}/maps`)').length, 1)
      assert.equal(read('src/webhook/a.ts', `readFileSync('/proc/self/status')`).length, 0)
    })

    it('a cycle, but not one of types', () => {
      const ring = (kind: string) => [
        parseSource('src/a.ts', `import { b } from './b.ts'`),
        parseSource('src/b.ts', `import ${kind}{ c } from './c.ts'`),
        parseSource('src/c.ts', `import { a } from './a.ts'`),
      ]
      assert.deepEqual(findCycle(ring('')), ['src/a.ts', 'src/b.ts', 'src/c.ts', 'src/a.ts'])
      assert.equal(findCycle(ring('type ')), undefined)
    })
  })
})
