import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { baseName, findMapped, firstOf, notSupported, STRENGTH } from '../rule.ts'

const RUNTIME = /\/(libcoreclr\.so|System\.Private\.CoreLib\.dll)$/
/** Commands of the SDK that build and start the application as a child. */
const SDK_COMMANDS = /^(watch|run|build|test|publish|restore|exec-tool|msbuild|tool)$/

const dotnetRole = (process: ProcessSnapshot): Match => {
  const command = process.argv[1] ?? ''
  if (SDK_COMMANDS.test(command)) {
    return { strength: STRENGTH.role, role: 'wrapper', name: `dotnet ${command}`, evidence: `runs dotnet ${command}` }
  }
  return { strength: STRENGTH.name, evidence: `exe ${process.exe}` }
}

/** The eight bytes before the marker are the offset of the bundle; all zero in a plain apphost. */
const isBundle = ({ markers }: ProcessSnapshot): boolean => /[^\0]/.test(markers?.dotnetBundle?.slice(0, 8) ?? '')

const match = (process: ProcessSnapshot): Match | undefined => {
  const base = baseName(process.exe)
  if (base === 'dotnet') return dotnetRole(process)
  if (/^mono(-sgen)?$/.test(base)) return { strength: STRENGTH.name, evidence: `exe ${process.exe}` }
  const runtime = findMapped(process, RUNTIME)?.[1]
  if (runtime) return { strength: STRENGTH.library, evidence: `maps ${runtime}` }
  if (process.markers?.dotnetBundle === undefined) return undefined
  return { strength: STRENGTH.content, evidence: isBundle(process) ? '.NET single-file bundle' : '.NET apphost' }
}

const problemOf = (process: ProcessSnapshot): Description['problem'] => {
  if (baseName(process.exe).startsWith('mono')) return notSupported('Mono does not support agents')
  if (process.markers?.dotnetBundle === undefined || findMapped(process, RUNTIME)) return undefined
  if (isBundle(process)) return notSupported('a single-file .NET program does not support profilers')
  return { reason: 'StillStarting', message: 'the .NET runtime is not loaded yet' }
}

const describe = (process: ProcessSnapshot): Description => {
  const shared = findMapped(process, /\/Microsoft\.NETCore\.App\/(\d+\.\d+\.\d+[^/]*)\//)?.[1]
  return {
    version: firstOf(shared, process.env['DOTNET_VERSION'], process.env['ASPNET_VERSION']),
    problem: problemOf(process),
  }
}

export const dotnet: Rule = { language: 'dotnet', match, describe }
