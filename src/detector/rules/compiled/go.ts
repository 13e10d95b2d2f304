import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { baseName, STRENGTH } from '../rule.ts'

/** Programs that start another one and stay its parent. */
const WRAPPER_MODULES =
  /^github\.com\/(tianon\/gosu|jwilder\/dockerize|powerman\/dockerize|segmentio\/chamber|hashicorp\/envconsul|hashicorp\/consul-template|basecamp\/thruster|bank-vaults\/|banzaicloud\/bank-vaults|DarthSim\/overmind|(air-verse|cosmtrek)\/air|roadrunner-server\/roadrunner|odigos-io\/)/
const WRAPPER_NAMES = /^(gosu|dockerize|chamber|envconsul|vault-env|thrust|dynamizer|overmind)$/

const describe = ({ elf }: ProcessSnapshot): Description => ({
  version: elf?.go?.version,
  evidence: elf?.go?.main ? [`main ${elf.go.main}`] : [],
})

const match = (process: ProcessSnapshot): Match | undefined => {
  const build = process.elf?.go
  if (!build) return undefined
  const name = baseName(process.exe)
  const isTool = name === 'go' && (build.main ?? 'cmd/go').startsWith('cmd/')
  if (isTool || WRAPPER_MODULES.test(build.main ?? '') || WRAPPER_NAMES.test(name)) {
    return { strength: STRENGTH.role, role: 'wrapper', name, evidence: `main ${build.main ?? name}` }
  }
  const hasBuildInfo = build.version !== undefined || build.main !== undefined
  return { strength: STRENGTH.content, evidence: hasBuildInfo ? 'Go build information' : 'sections of the Go linker' }
}

export const go: Rule = { language: 'go', match, describe }
