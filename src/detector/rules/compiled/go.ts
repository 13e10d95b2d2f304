import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { baseName, STRENGTH } from '../rule.ts'

/** Programs that start another and remain its parent. */
const WRAPPER_MODULES =
  /^github\.com\/(tianon\/gosu|jwilder\/dockerize|powerman\/dockerize|segmentio\/chamber|hashicorp\/envconsul|hashicorp\/consul-template|basecamp\/thruster|bank-vaults\/|banzaicloud\/bank-vaults|DarthSim\/overmind|(air-verse|cosmtrek)\/air|roadrunner-server\/roadrunner|odigos-io\/)/
const WRAPPER_NAMES = /^(gosu|dockerize|chamber|envconsul|vault-env|thrust|dynamizer|overmind)$/

const describe = ({ elf }: ProcessSnapshot): Description => ({
  version: elf?.go?.version,
  evidence: elf?.go?.main ? [`main ${elf.go.main}`] : [],
})

/** The `go` command, or a program that starts another. */
const isWrapper = (name: string, main: string | undefined): boolean =>
  (name === 'go' && (main ?? 'cmd/go').startsWith('cmd/')) ||
  WRAPPER_MODULES.test(main ?? '') ||
  WRAPPER_NAMES.test(name)

const match = (process: ProcessSnapshot): Match | undefined => {
  const build = process.elf?.go
  if (!build) return undefined
  const name = baseName(process.exe)
  if (isWrapper(name, build.main)) {
    return { strength: STRENGTH.role, role: 'wrapper', name, evidence: `main ${build.main ?? name}` }
  }
  const hasBuildInfo = build.version !== undefined || build.main !== undefined
  return { strength: STRENGTH.content, evidence: hasBuildInfo ? 'Go build information' : 'sections of the Go linker' }
}

export const go: Rule = { language: 'go', match, describe }
