import { posix } from 'node:path'
import { isPythonLauncher } from '../../../api/agents/python-launchers.ts'
import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { baseName, commandLine, findMapped, firstOf, notSupported, STRENGTH } from '../rule.ts'

/** python, python3, python3.12, and python3.13t (free-threaded). */
const EXE = /^python(\d+(\.\d+)?t?)?$/
const PYPY = /^pypy[0-9.]*$/
const LIBRARY = /\/libpython(\d+\.\d+)[a-z]*\.so(\.[\d.]+)?$/
/** Folders that one-file programs unpack themselves to. */
const UNPACKED = /\/(_MEI[^/]+|onefile_[^/]+)\/libpython/
const SERVERS = /\b(gunicorn|uvicorn|hypercorn|daphne|celery|uwsgi|waitress-serve|flask|manage\.py)\b/

/** An argument such as `-Im`: flags, then an optional option with a value, attached to it or in the next argument. */
const splitOption = (arg: string): { flags: string; option: string | undefined; attached: string } => {
  const [, flags = '', option, attached = ''] = /^-([^cmWX]*)(?:([cmWX])(.*))?$/s.exec(arg) ?? []
  return { flags, option, attached }
}

/** The options before the script, `-m` or `-c`, as single letters, and the script or module that runs. */
const optionsAndScript = ([, ...args]: readonly string[]): { letters: string; script?: string } => {
  let letters = ''
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg.startsWith('--')) continue
    if (!/^-[A-Za-z]/.test(arg)) return { letters, script: arg }
    const { flags, option, attached } = splitOption(arg)
    letters += flags
    if (option === 'c') return { letters }
    const value = option && (attached || args[++i])
    if (option === 'm') return { letters, script: value ?? '' }
  }
  return { letters }
}

const pythonRole = (process: ProcessSnapshot): Match => {
  const script = optionsAndScript(process.argv).script ?? ''
  const name = baseName(script)
  if (isPythonLauncher(script)) return { strength: STRENGTH.role, role: 'wrapper', name, evidence: `runs ${name}` }
  return { strength: STRENGTH.name, evidence: `exe ${process.exe}` }
}

/** A program with an embedded interpreter. */
const matchFrozen = ({ markers }: ProcessSnapshot): Match | undefined => {
  const maker = (markers?.pyInstaller && 'PyInstaller') || (markers?.nuitka && 'Nuitka')
  return maker ? { strength: STRENGTH.content, evidence: `built with ${maker}` } : undefined
}

const matchLinked = ({ elf }: ProcessSnapshot): Match | undefined => {
  const linked = elf?.needed.find((name) => name.startsWith('libpython'))
  return linked ? { strength: STRENGTH.weak, evidence: `linked with ${linked}` } : undefined
}

const match = (process: ProcessSnapshot): Match | undefined => {
  const base = baseName(process.exe)
  if (EXE.test(base)) return pythonRole(process)
  if (PYPY.test(base) || findMapped(process, /\/libpypy[^/]*\.so/))
    return { strength: STRENGTH.name, evidence: `exe ${base}` }
  const library = findMapped(process, LIBRARY)
  if (base.startsWith('uwsgi') && (library || findMapped(process, /\/python\d*_plugin\.so$/))) {
    return { strength: STRENGTH.name, evidence: 'uwsgi with Python' }
  }
  const frozen = matchFrozen(process)
  if (frozen) return frozen
  return library ? { strength: STRENGTH.library, evidence: `maps ${baseName(library[0])}` } : matchLinked(process)
}

/** The library or the standard library in memory; a wheel such as `x.cpython-311-…so` identifies it too. */
const mappedMinor = (process: ProcessSnapshot): string | undefined => {
  const wheel = findMapped(process, /\.cpython-(\d)(\d+)[a-z]*-/)
  return firstOf(
    findMapped(process, LIBRARY)?.[1],
    findMapped(process, /\/lib\/python(\d+\.\d+)\//)?.[1],
    wheel && `${wheel[1]}.${wheel[2]}`,
  )
}

/** Up to 3.7, the folder's name can end in the letter of the memory allocator. */
const patchLevelPaths = (process: ProcessSnapshot): string[] => {
  const minor = mappedMinor(process) ?? /(\d+\.\d+)/.exec(baseName(process.exe))?.[1]
  const include = posix.join(posix.dirname(process.exe), '../include')
  return minor ? [`${include}/python${minor}/patchlevel.h`, `${include}/python${minor}m/patchlevel.h`] : []
}

const isOfMinor = (version: string, minor: string | undefined): boolean =>
  minor === undefined || version === minor || version.startsWith(`${minor}.`)

const isFrozen = (process: ProcessSnapshot): boolean => {
  if (process.markers?.pyInstaller ?? process.markers?.nuitka) return true
  if (findMapped(process, UNPACKED)) return true
  // A program that brings the library in its own folder, or one below it.
  const folder = `${posix.dirname(process.exe)}/`
  return (
    !EXE.test(baseName(process.exe)) && process.mapped.some((path) => path.startsWith(folder) && LIBRARY.test(path))
  )
}

const problemOf = (process: ProcessSnapshot): Description['problem'] => {
  if (PYPY.test(baseName(process.exe)) || findMapped(process, /\/libpypy/)) return notSupported('PyPy is not supported')
  if (isFrozen(process)) {
    return notSupported('the program is frozen (by PyInstaller, Nuitka or the like) and ignores PYTHONPATH')
  }
  const { letters } = optionsAndScript(process.argv)
  const option = /[IES]/.exec(EXE.test(baseName(process.exe)) ? letters : '')?.[0]
  return option ? notSupported(`Python runs with -${option}, which prevents agents from loading`) : undefined
}

/** The exact version, from the interpreter's own header file. */
const headerVersion = (process: ProcessSnapshot): string | undefined => {
  const header = patchLevelPaths(process).flatMap((path) => process.files?.[path] ?? [])[0] ?? ''
  return /#define PY_VERSION\s+"(\d+\.\d+\.\d+)/.exec(header)?.[1]
}

/** uvicorn ends a worker that does not answer its ping (timeout_worker_healthcheck), also one that still imports. */
const UVICORN_PATIENCE_SECONDS = 5
const UVICORN_WORKERS = /\s--workers[= ](?:[2-9]|\d{2,})/
const UVICORN = /^(?:uvicorn|fastapi)$/

const patienceOf = (process: ProcessSnapshot): number | undefined =>
  UVICORN.test(baseName(optionsAndScript(process.argv).script ?? '')) && UVICORN_WORKERS.test(commandLine(process))
    ? UVICORN_PATIENCE_SECONDS
    : undefined

/** Workers that patch the standard library for cooperative threads. */
const GREEN_WORKERS =
  /\s(?:-k|--worker-class|--pool|-P)[= ]?(?:\S*\.)?(gevent|eventlet)|\s(--gevent)\b|\b(gevent|eventlet)\.(?:wsgi|pywsgi)\b/

const serverEvidence = (process: ProcessSnapshot): string[] => {
  const server = SERVERS.exec(`${baseName(process.exe)} ${commandLine(process)}`)?.[1]
  if (server === undefined) return []
  const [, ...green] = GREEN_WORKERS.exec(` ${commandLine(process)}`) ?? []
  const workers = firstOf(...green)?.replace('--', '')
  return [
    `runs ${server}${workers ? ` with ${workers}` : ''}`,
    ...(server === 'uwsgi' ? ['uwsgi needs enable-threads and lazy-apps'] : []),
  ]
}

const describe = (process: ProcessSnapshot): Description => {
  const minor = mappedMinor(process)
  const declared = process.env['PYTHON_VERSION']
  return {
    version: firstOf(
      headerVersion(process),
      declared !== undefined && isOfMinor(declared, minor) ? declared : undefined,
      minor,
      /(\d+\.\d+)/.exec(baseName(process.exe))?.[1],
    ),
    evidence: [
      ...serverEvidence(process),
      ...(declared && minor && !isOfMinor(declared, minor)
        ? [`PYTHON_VERSION is ${declared}, but the program is ${minor}`]
        : []),
    ],
    startWithinSeconds: patienceOf(process),
    problem: problemOf(process),
  }
}

export const python: Rule = { language: 'python', match, files: patchLevelPaths, describe }
