import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { baseName, commandLine, findMapped, firstOf, notSupported, STRENGTH } from '../rule.ts'

const EXE = /^ruby[0-9.]*$/
/** `libruby.so.3.3.4` of official images, `libruby-3.1.so.3.1.2` of Debian. */
const LIBRARY = /\/libruby(?:-\d+\.\d+)?\.so\.(\d+\.\d+(?:\.\d+)?)$/
const SERVERS = /\b(puma|unicorn|sidekiq|passenger|rails|thin|falcon)\b/

const match = (process: ProcessSnapshot): Match | undefined => {
  if (!EXE.test(baseName(process.exe))) {
    const library = findMapped(process, LIBRARY)
    if (library) return { strength: STRENGTH.library, evidence: `maps ${baseName(library[0])}` }
    return baseName(process.exe).startsWith('truffleruby')
      ? { strength: STRENGTH.name, evidence: 'TruffleRuby' }
      : undefined
  }
  const line = commandLine(process)
  if (/\b(fluentd|td-agent)\b/.test(line)) {
    return { strength: STRENGTH.role, role: 'infrastructure', name: 'fluentd', evidence: 'runs fluentd' }
  }
  if (/\b(foreman|guard|spring)\b/.test(baseName(process.argv[1] ?? ''))) {
    return { strength: STRENGTH.role, role: 'wrapper', name: 'foreman', evidence: `runs ${process.argv[1]}` }
  }
  return { strength: STRENGTH.name, evidence: `exe ${process.exe}` }
}

const describe = (process: ProcessSnapshot): Description => {
  const library = findMapped(process, LIBRARY)?.[1]
  const declared = process.env['RUBY_VERSION']
  // The folder is named after the ABI, `3.3.0` for every 3.3.
  const abi = findMapped(process, /\/ruby\/(\d+\.\d+)\.0\//)?.[1]
  const server = SERVERS.exec(commandLine(process))?.[1]
  return {
    version: /\d+\.\d+\.\d+/.test(library ?? '') ? library : firstOf(declared, library, abi),
    evidence: server ? [`runs ${server}`] : [],
    problem: baseName(process.exe).startsWith('truffleruby')
      ? notSupported('TruffleRuby does not support agents')
      : undefined,
  }
}

export const ruby: Rule = { language: 'ruby', match, describe }
