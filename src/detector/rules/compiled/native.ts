import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { findMapped, STRENGTH } from '../rule.ts'

const isRust = ({ markers, elf }: ProcessSnapshot): boolean =>
  /^\/rustc\/[0-9a-f]{40}/.test(markers?.rustc ?? '') || /rustc version/.test(elf?.comment ?? '')

const kindOf = (process: ProcessSnapshot): string => {
  const { markers } = process
  if (markers?.graalNative) return 'GraalVM native image'
  if (markers?.dotnetAot) return '.NET native code (ahead of time)'
  if (isRust(process)) return 'Rust'
  if (markers?.upx) return 'packed by UPX'
  if (findMapped(process, /\/(libstdc\+\+|libc\+\+)\.so/)) return 'C++'
  return 'compiled program'
}

/** Compiled code other than Go: the last rule, after the program was searched for all other markers. */
const match = (process: ProcessSnapshot): Match | undefined =>
  process.markers && process.exe !== '' ? { strength: STRENGTH.last, evidence: kindOf(process) } : undefined

const describe = (process: ProcessSnapshot): Description => {
  const rust = /rustc version (\d+\.\d+\.\d+)/.exec(process.elf?.comment ?? '')?.[1]
  return { version: isRust(process) ? rust : undefined, evidence: [`exe ${process.exe}`] }
}

export const native: Rule = { language: 'native', match, describe }
