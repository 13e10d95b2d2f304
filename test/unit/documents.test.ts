/** The documents that lead contributors through the tree name only files and folders that exist. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const DOCUMENTS = ['ARCHITECTURE.md', 'CONTRIBUTING.md']

const IGNORED_FOLDERS = new Set(['node_modules', '.git', '.next', '.artifacts'])

const pathsIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (IGNORED_FOLDERS.has(entry.name)) return []
    const path = join(folder, entry.name)
    return [relative(ROOT, path), ...(entry.isDirectory() ? pathsIn(path) : [])]
  })

/** Names with which a path from the root begins. */
const TOP_LEVEL = readdirSync(ROOT)
const EXTENSION = /\.(?:ts|tsx|mjs|cjs|json|yaml|md)$/

/** Kubernetes labels, media types and addresses, which contain a slash as paths do. */
const NO_PATH = /^(?:\/|localhost|odigos\.io\/|app\.kubernetes\.io\/|(?:daemonset|statefulset|deploy)\/)|:|\/json$/

const isPath = (token: string): boolean =>
  /^[\w.@<>*/-]+$/.test(token) && !NO_PATH.test(token) && (token.includes('/') || EXTENSION.test(token))

const inBackticks = (line: string): string[] => [...line.matchAll(/`([^`]+)`/g)].map(([, token = '']) => token)

/** First column of the table of folders, whose tokens are folders with or without a slash. */
const folderOf = (line: string): string[] => (/^\| [│├└ ]*`/.test(line) ? inBackticks(line.split('|')[1] ?? '') : [])

const pathsNamed = (document: string): string[] => {
  // Code blocks contain commands.
  const text = document.replaceAll(/^```[\s\S]*?^```$/gm, '')
  const lines = text.split('\n')
  return [...new Set([...lines.flatMap(folderOf), ...inBackticks(text).filter(isPath)])]
}

/** A path from the root, or relative to the folder that its paragraph is about; `<name>` and `*` stand for any name. */
const asPattern = (path: string): RegExp => {
  const names = path
    .replace(/\/$/, '')
    .replaceAll('.', '\\.')
    .replaceAll(/<[^>]*>|\*/g, '[^/]+')
  return new RegExp(TOP_LEVEL.includes(path.split('/')[0] ?? '') ? `^${names}$` : `^(?:.*/)?${names}$`)
}

const missingPaths = (document: string, tree: readonly string[]): string[] =>
  pathsNamed(document).filter((path) => {
    const pattern = asPattern(path)
    return !tree.some((each) => pattern.test(each))
  })

describe('the documents of the tree', () => {
  const tree = pathsIn(ROOT)

  for (const name of DOCUMENTS) {
    it(`${name} names only paths that exist`, () => {
      const document = readFileSync(join(ROOT, name), 'utf8')
      assert.ok(pathsNamed(document).length > 10)
      assert.deepEqual(missingPaths(document, tree), [])
    })
  }

  it('are read in this way', () => {
    const document =
      '| └ `gone-folder` | `src/api/gone.ts` and `gone.md`, not `odigos.io/injection` or `/proc` |\n`src/api`'
    assert.deepEqual(missingPaths(document, tree), ['gone-folder', 'src/api/gone.ts', 'gone.md'])
  })
})
