import type { ElfFacts, GoFacts } from '../../binary/elf-facts.ts'
import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { baseName, STRENGTH } from '../rule.ts'
import { isProduct, WRAPPER_MODULES } from './go-products.ts'

/** For programs without build information, which nothing else identifies. */
const WRAPPER_NAMES = /^(gosu|dockerize|chamber|envconsul|vault-env|thrust|dynamizer|overmind|supercronic)$/

/** The newest minor version of Go 1 whose offsets the eBPF agent knows: deploy/toolchain/go-ebpf, newer_offsets.go. */
export const NEWEST_KNOWN_MINOR = 27

/** Sections in which the agent finds functions: the second one in position-independent programs of an external linker. */
const FUNCTION_TABLES = ['.gopclntab', '.data.rel.ro.gopclntab', '.symtab']

const isTooNew = (version: string): boolean => Number(/^1\.(\d+)/.exec(version)?.[1] ?? 0) > NEWEST_KNOWN_MINOR

/** Why the eBPF agent cannot read the program. */
const obstacle = ({ sections }: ElfFacts, { version }: GoFacts): string | undefined => {
  if (version === undefined) return 'the program has no Go build information'
  if (!/^\d+\.\d+(?:\.\d+)?$/.test(version)) return `Go ${version} is no released version`
  if (!sections.some((section) => FUNCTION_TABLES.includes(section))) return 'the program has no table of functions'
  if (isTooNew(version) && !sections.some((section) => /^\.z?debug_info$/.test(section))) {
    return `Go ${version} is newer than the agent knows, and the program has no debug information`
  }
  return undefined
}

const describe = ({ elf }: ProcessSnapshot): Description => {
  const message = elf?.go && obstacle(elf, elf.go)
  return {
    version: elf?.go?.version,
    evidence: elf?.go?.main ? [`main ${elf.go.main}`] : [],
    problem: message === undefined ? undefined : { reason: 'GoProgramUnreadable', message },
  }
}

/** The `go` command, or a program that starts another. */
const isWrapper = (name: string, main: string | undefined): boolean =>
  main === undefined
    ? name === 'go' || WRAPPER_NAMES.test(name)
    : (name === 'go' && main.startsWith('cmd/')) || WRAPPER_MODULES.test(main)

const match = (process: ProcessSnapshot): Match | undefined => {
  const build = process.elf?.go
  if (!build) return undefined
  const name = baseName(process.exe)
  const { main, version, dependencies } = build
  if (isWrapper(name, main)) {
    return { strength: STRENGTH.role, role: 'wrapper', name, evidence: `main ${main ?? name}` }
  }
  if (main !== undefined && isProduct(name, main, dependencies)) {
    return { strength: STRENGTH.role, role: 'infrastructure', name, evidence: `main ${main}` }
  }
  const hasBuildInfo = version !== undefined || main !== undefined
  return { strength: STRENGTH.content, evidence: hasBuildInfo ? 'Go build information' : 'sections of the Go linker' }
}

export const go: Rule = { language: 'go', match, describe }
