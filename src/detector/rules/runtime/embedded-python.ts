/** Python in a web server: its applications share one process, and what its interpreters load is the server's. Pure. */
import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Match, Rule } from '../rule.ts'
import { baseName, findMapped, notSupported, STRENGTH } from '../rule.ts'

const MODULES: readonly [pattern: RegExp, name: string][] = [
  [/\/mod_wsgi[^/]*\.so$/, 'mod_wsgi'],
  [/\/mod_python[^/]*\.so$/, 'mod_python'],
  [/\/python[\d.]*\.unit\.so$/, 'NGINX Unit'],
  [/\/ngx_http_(?:python|uwsgi|wsgi)_module\.so$/, 'a module of nginx'],
]
const LIBRARY = /\/libpython(\d+\.\d+)[a-z]*\.so/

const moduleOf = (process: ProcessSnapshot): string | undefined =>
  MODULES.find(([pattern]) => findMapped(process, pattern))?.[1]

/** A server that only loads the module for none of its sites is a proxy all the same: Python must be in memory. */
const match = (process: ProcessSnapshot): Match | undefined => {
  const module = moduleOf(process)
  const hasPython = findMapped(process, LIBRARY) ?? findMapped(process, /\/lib\/python\d+\.\d+\//)
  if (!module || !hasPython) return undefined
  return { strength: STRENGTH.role, evidence: `${baseName(process.exe)} with ${module}` }
}

export const embeddedPython: Rule = {
  language: 'python',
  match,
  describe: (process) => ({
    version: findMapped(process, LIBRARY)?.[1],
    problem: notSupported(
      `Python is embedded in ${baseName(process.exe)} by ${moduleOf(process)}: run the application with its own server, such as gunicorn`,
    ),
  }),
}
