/** Source files with their imports, read from import statements. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const ROOT = join(import.meta.dirname, '../../..')
const FOLDERS = ['src', 'ui', 'certs', 'tools', 'agents', 'examples', 'deploy', 'scripts']

export interface Import {
  /** Repository path of an own file, or else the name of the package (`node:fs`, `express`). */
  target: string
  typeOnly: boolean
}

export interface Source {
  path: string
  text: string
  imports: Import[]
}

/** Removes comments, so that their words do not count as code. Strings are kept: import paths are strings. */
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

export const parseSource = (path: string, text: string): Source => {
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

/** All TypeScript files of the project except tests. */
export const readSources = (): Source[] =>
  globSync(
    FOLDERS.map((folder) => `${folder}/**/*.{ts,tsx}`),
    { cwd: ROOT, exclude: (path) => ['node_modules', '.next'].some((name) => path.includes(name)) },
  )
    .filter((path) => !path.endsWith('.d.ts'))
    .map((path) => parseSource(path, readFileSync(join(ROOT, path), 'utf8')))
