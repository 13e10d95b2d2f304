import { posix } from 'node:path'
import { startsOthers } from '../../../api/agents/node-launchers.ts'
import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { baseName, commandLine, findMapped, firstOf, notSupported, STRENGTH } from '../rule.ts'
import { optionsAndScript, packagePaths } from './node-packages.ts'

const EXE = /^node(js)?[0-9.]*$/
const WRAPPER_TITLES = /^(npm|npx|yarn|pnpm) |^PM2 v[\d.]+: God Daemon/
/** NODE_MODULE_VERSION → major version (nodejs.org/download/release/index.json). */
const MAJOR_OF_MODULE_VERSION: Record<string, string> = {
  '83': '14',
  '93': '16',
  '108': '18',
  '115': '20',
  '127': '22',
  '137': '24',
}

const nodeRole = (process: ProcessSnapshot): Match => {
  const { script } = optionsAndScript(process.argv)
  const isWrapper = WRAPPER_TITLES.test(commandLine(process)) || startsOthers(script ?? '')
  if (isWrapper) {
    const name = baseName(script ?? commandLine(process).split(' ')[0] ?? '')
    return { strength: STRENGTH.role, role: 'wrapper', name, evidence: `runs ${name}` }
  }
  return { strength: STRENGTH.name, evidence: `exe ${process.exe}` }
}

const match = (process: ProcessSnapshot): Match | undefined => {
  if (EXE.test(baseName(process.exe))) return nodeRole(process)
  if (findMapped(process, /\/libnode\.so\.\d+$/)) return { strength: STRENGTH.library, evidence: 'maps libnode.so' }
  if (process.markers?.nodeRelease) return { strength: STRENGTH.content, evidence: 'the program embeds Node.js' }
  return undefined
}

const headerPaths = ({ exe }: ProcessSnapshot): string[] => [
  posix.join(posix.dirname(exe), '../include/node/node_version.h'),
]

const headerVersion = (process: ProcessSnapshot): string | undefined => {
  const header = headerPaths(process).flatMap((path) => process.files?.[path] ?? [])[0] ?? ''
  const part = (name: string): string | undefined => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(header)?.[1]
  const [major, minor, patch] = [part('MAJOR'), part('MINOR'), part('PATCH')]
  return major && minor && patch && `${major}.${minor}.${patch}`
}

const embeddedVersion = ({ markers }: ProcessSnapshot): string | undefined =>
  /release\/v(\d+\.\d+\.\d+)/.exec(markers?.nodeRelease ?? '')?.[1]

const majorVersion = (process: ProcessSnapshot): string | undefined => {
  const fromLibrary = findMapped(process, /\/libnode\.so\.(\d+)$/)?.[1]
  const fromConfiguration = /: (\d+)/.exec(process.markers?.nodeModuleVersion ?? '')?.[1]
  return MAJOR_OF_MODULE_VERSION[firstOf(fromLibrary, fromConfiguration) ?? '']
}

/** The variable alone is trusted only for the program of the official images; others are searched for their version. */
const isPlausible = (declared: string | undefined, { exe }: ProcessSnapshot): boolean =>
  declared !== undefined && exe === '/usr/local/bin/node'

const PERMISSION_OPTIONS = /^--(experimental-)?permission$/

const problemOf = (process: ProcessSnapshot): Description['problem'] => {
  const options = [...optionsAndScript(process.argv).options, ...(process.env['NODE_OPTIONS'] ?? '').split(' ')]
  if (findMapped(process, /\/(libffmpeg\.so|electron|chrome-sandbox)$/)) return notSupported('Electron is not Node.js')
  if (!EXE.test(baseName(process.exe)) && !findMapped(process, /\/libnode\.so/)) {
    return notSupported('the program is a Node.js single executable, which does not support agents')
  }
  if (options.some((option) => PERMISSION_OPTIONS.test(option)) && !options.includes('--allow-fs-read=*')) {
    return notSupported('Node.js runs with --permission, so it cannot read the files of an agent')
  }
  if (process.isSecure)
    return notSupported('Node.js ignores NODE_OPTIONS, because its program has file capabilities or is set-uid')
  return undefined
}

/** A file beside the program takes precedence: the environment is wrong if another Node.js was installed in the image. */
const describe = (process: ProcessSnapshot): Description => {
  const found = firstOf(headerVersion(process), embeddedVersion(process))
  const declared = process.env['NODE_VERSION']?.replace(/^v/, '')
  const isConflict = found !== undefined && declared !== undefined && found !== declared
  return {
    version: firstOf(
      found,
      process.markers || isPlausible(declared, process) ? declared : undefined,
      majorVersion(process),
    ),
    evidence: isConflict ? [`NODE_VERSION is ${declared}, but the program is ${found}`] : [],
    problem: problemOf(process),
  }
}

export const nodejs: Rule = {
  language: 'nodejs',
  match,
  files: (process) => [...headerPaths(process), ...packagePaths(process)],
  markers: ['nodeRelease', 'nodeModuleVersion'],
  describe,
}
