/** The import rules of the project, read from the import statements of every source file. */
import assert from 'node:assert/strict'
import { findRing, graphOf, roomOf } from '../support/architecture/rings.ts'
import { isIn, readersOfProc, RULES, violations, wideFolders } from '../support/architecture/rules.ts'
import { parseSource, readSources } from '../support/architecture/source.ts'

/** Rings that are still to be opened, by the import that closes each. */
const KNOWN_OF_FILES: string[] = []
const KNOWN_OF_ROOMS: string[] = []

describe('architecture', () => {
  const sources = readSources()

  it('finds the sources and their imports', () => {
    for (const folder of ['src', 'ui', 'certs', 'tools', 'agents', 'examples', 'deploy', 'scripts'])
      assert.ok(
        sources.some(({ path }) => isIn(path, folder)),
        folder,
      )
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

  it('no folder of src has more than 12 files', () => assert.deepEqual(wideFolders(sources), []))

  it('files import in no ring, types included', () => {
    assert.equal(findRing(graphOf(sources, undefined, KNOWN_OF_FILES))?.join(' → '), undefined)
  })

  it('rooms of src import in no ring', () => {
    const own = sources.filter(({ path }) => isIn(path, 'src'))
    assert.equal(findRing(graphOf(own, roomOf, KNOWN_OF_ROOMS))?.join(' → '), undefined)
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
      ['a component that imports the server', 'ui/components/a.tsx', `import { x } from '../server/hub.ts'`],
      ['a model that imports a type of the server', 'ui/model/a.ts', `import type { X } from '../server/hub.ts'`],
      [
        'a component that talks to the API server',
        'ui/components/b/a.tsx',
        `import { x } from '../../../src/kube/a.ts'`,
      ],
      ['a UI that imports the injection', 'ui/server/a.ts', `import { x } from '../../src/inject/plan.ts'`],
      ['a control plane that imports the UI', 'src/kube/a.ts', `import { x } from '../../ui/model/a.ts'`],
      ['a tool that imports a command', 'tools/a.ts', `import { x } from '../scripts/check.ts'`],
      ['an agent that imports the deployment', 'agents/a.ts', `import { x } from '../deploy/images/build.ts'`],
      ['an example that imports an agent', 'examples/shop/a.ts', `import { x } from '../../agents/seal.ts'`],
      ['a deployment that imports a command', 'deploy/demo/a.ts', `import { x } from '../../scripts/start.ts'`],
      ['a control plane that imports a tool', 'src/process/a.ts', `import { x } from '../../tools/step.ts'`],
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
        ['src/controllers/scheduler/a.ts', `import { x } from '../actions/runner.ts'`],
        ['src/api/a.ts', `// import { x } from '../kube/client.ts'\n/* process.env */`],
        ['src/inject/a.ts', `import { createHash } from 'node:crypto'`],
        ['ui/server/a.ts', `import { x } from '../../src/kube/http/client.ts'\nimport { y } from '../model/view.ts'`],
        [
          'ui/model/a.ts',
          `import type { X } from '../../src/kube/types.ts'\nimport { y } from '../../src/api/names.ts'`,
        ],
        ['deploy/a.ts', `import { x } from '../tools/step.ts'\nimport { y } from '../agents/seal.ts'`],
        ['scripts/a.ts', `import { x } from '../deploy/demo/spans.ts'\nimport { y } from '../src/api/crd.ts'`],
        ['src/kube/a.ts', `const url = 'https://a' // import x from 'express'`],
      ]
      for (const [path, text] of allowed) assert.deepEqual(violations([parseSource(path, text)]), [])
    })

    it('a second reader of /proc, but not of its own process', () => {
      const read = (path: string, text: string) => readersOfProc([parseSource(path, text)])
      assert.equal(read('src/webhook/a.ts', 'readFileSync(`/proc/${pid}/maps`)').length, 1)
      assert.equal(read('src/webhook/a.ts', `readFileSync('/proc/self/status')`).length, 0)
    })

    it('a ring, also one of types', () => {
      const ring = (kind: string) =>
        graphOf([
          parseSource('src/a.ts', `import { b } from './b.ts'`),
          parseSource('src/b.ts', `import ${kind}{ c } from './c.ts'`),
          parseSource('src/c.ts', `import { a } from './a.ts'`),
        ])
      for (const kind of ['', 'type '])
        assert.deepEqual(findRing(ring(kind)), ['src/a.ts', 'src/b.ts', 'src/c.ts', 'src/a.ts'])
    })

    it('a ring of rooms where no files make one', () => {
      const parts = [
        parseSource('src/inject/pod/a.ts', `import { b } from '../rules/b.ts'`),
        parseSource('src/inject/pod/c.ts', ''),
        parseSource('src/inject/rules/b.ts', `import type { C } from '../pod/c.ts'`),
      ]
      assert.equal(findRing(graphOf(parts)), undefined)
      assert.deepEqual(findRing(graphOf(parts, roomOf)), ['src/inject/pod', 'src/inject/rules', 'src/inject/pod'])
      assert.equal(roomOf('src/controllers/scheduler/reconcile.ts'), 'src/controllers/scheduler/reconcile.ts')
      assert.equal(roomOf('src/controllers/instrumentor/watch/a.ts'), 'src/controllers/instrumentor/watch')
    })

    it('a folder that is too wide', () => {
      const files = (count: number) => Array.from({ length: count }, (_, n) => parseSource(`src/kube/${n}.ts`, ''))
      assert.deepEqual(wideFolders(files(12)), [])
      assert.deepEqual(wideFolders(files(13)), ['src/kube: 13 files'])
    })
  })
})
