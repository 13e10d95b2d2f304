/** Derives the detection for a container from its processes. Pure. */
import type { ContainerDetection } from '../api/detector-protocol.ts'
import { findInit } from '../api/agents/process-one.ts'
import { roundedMiB } from '../api/types/measured.ts'
import { runtimeEnvironment } from './environment.ts'
import type { Choice } from './choose-language.ts'
import { applicationsOf, chooseLanguage, mainProcess } from './choose-language.ts'
import type { Finding } from './finding.ts'
import { lowestVersion } from './lowest-version.ts'

/** A container that has run only a shell or `sleep` for this long is no longer starting. */
const SETTLED_SECONDS = 600
/** The kubelet keeps little text; the strongest evidence comes first. */
const MAX_EVIDENCE = 8
const MAX_EVIDENCE_LENGTH = 120
const MAX_EXECUTABLE_LENGTH = 1024
const MAX_NAMES = 5
/** Maximum length of a variable's value that is reported: it must fit into a message of 4,096 bytes. */
const MAX_VALUE_LENGTH = 2048

export interface ContainerFacts {
  name: string
  findings: readonly Finding[]
  /** Why processes could not be inspected. */
  problems: readonly string[]
  /** Memory that the container uses, if known. */
  memoryMiB?: number | undefined
}

type Result = Omit<ContainerDetection, 'name'>

const failedResult = (problems: readonly string[]): Result => ({
  reason: 'DetectionFailed',
  message:
    problems.length > 0
      ? `failed to inspect the processes: ${[...new Set(problems)].slice(0, 3).join(', ')}`
      : 'no process found: the container has just terminated, or runs in a sandbox (gVisor, Kata)',
  evidence: [],
})

const cut = (evidence: readonly string[]): string[] => {
  const short = [...new Set(evidence)].map((item) =>
    item.length <= MAX_EVIDENCE_LENGTH ? item : `${item.slice(0, MAX_EVIDENCE_LENGTH - 1)}…`,
  )
  return short.length <= MAX_EVIDENCE ? short : [...short.slice(0, MAX_EVIDENCE - 1), '…']
}

const isGo = ({ process: { elf } }: Finding): boolean => elf?.go !== undefined

/**
 * The program that an agent outside the process attaches to, also where it is not the container's main one: users may know
 * better, and choose the language by an annotation. A path that exceeds the schema's maximum is omitted.
 */
const executableOf = (candidates: readonly Finding[]): Pick<Result, 'executable'> => {
  const exe = (candidates.find(isGo) ?? candidates[0])?.process.exe ?? ''
  return exe !== '' && exe.length <= MAX_EXECUTABLE_LENGTH ? { executable: exe } : {}
}

const infrastructureResult = (servers: readonly Finding[], server: Finding): Result => ({
  reason: 'Infrastructure',
  message: `runs ${server.name}`,
  language: 'infrastructure',
  ...(server.libc ? { libc: server.libc } : {}),
  confidence: 'high',
  evidence: cut(server.evidence),
  ...executableOf(servers),
})

const idleResult = (findings: readonly Finding[]): Result => {
  const names = [...new Set(findings.map(({ name }) => name))].slice(0, MAX_NAMES).join(', ')
  const isSettled = findings.every(({ process }) => process.ageSeconds > SETTLED_SECONDS)
  return isSettled
    ? {
        reason: 'Infrastructure',
        message: `has run only ${names} for ${SETTLED_SECONDS / 60} minutes`,
        language: 'infrastructure',
        confidence: 'medium',
        evidence: cut(findings.flatMap(({ evidence }) => evidence)),
        ...executableOf(findings.filter(isGo)),
      }
    : { reason: 'StillStarting', message: `runs only ${names} so far`, evidence: [] }
}

/** The program that must be process 1, if the container's first process is one. */
const firstProcessOf = (findings: readonly Finding[]): Pick<ContainerDetection, 'firstProcess'> => {
  const first = findings.find(({ process }) => process.namespacePid === 1)?.process
  const init = first && (findInit([first.exe, ...first.argv.slice(1)]) ?? findInit(first.argv))
  return init !== undefined && init.length <= MAX_EXECUTABLE_LENGTH ? { firstProcess: init } : {}
}

const ambiguousResult = (applications: readonly Finding[]): Result => ({
  reason: 'Ambiguous',
  message: `several languages are running: ${[...new Set(applications.map(({ language }) => language))].join(', ')}`,
  confidence: 'low',
  evidence: cut(applications.map(({ language, evidence }) => `${language}: ${evidence[0]}`)),
  ...executableOf(applications.filter(isGo)),
})

const isCompiled = ({ language }: Finding): boolean => language === 'go' || language === 'native'

interface Environment {
  kept: { name: string; value: string }[]
  tooLong: string[]
}

/** The container's first process has the environment of the image and the pod; later ones may have changed theirs. */
const environmentOf = (all: readonly Finding[], main: Finding): Environment => {
  const first = all.toSorted((a, b) => a.process.pid - b.process.pid).find(({ process }) => process.namespacePid === 1)
  const source = first && !first.process.problems.some((problem) => problem.startsWith('environ')) ? first : main
  const entries = runtimeEnvironment(source.process.env)
  return {
    kept: entries.filter(({ value }) => value.length <= MAX_VALUE_LENGTH),
    tooLong: entries.filter(({ value }) => value.length > MAX_VALUE_LENGTH).map(({ name }) => name),
  }
}

const verdict = (
  main: Finding,
  chosen: readonly Finding[],
  { tooLong }: Environment,
): Pick<Result, 'reason' | 'message'> => {
  const other = chosen.find(({ otherAgent }) => otherAgent)?.otherAgent
  if (other) return { reason: other.reason, message: `${other.agent} was detected in ${other.where}` }
  if (main.problem) return main.problem
  if (tooLong[0]) {
    return { reason: 'RuntimeNotSupported', message: `${tooLong[0]} is longer than ${MAX_VALUE_LENGTH} characters` }
  }
  return { reason: 'Detected', message: '' }
}

const secondaries = ({ others }: Choice, all: readonly Finding[]): string[] => [
  ...others.map((language) => `also running: ${language}`),
  ...new Set(all.filter(({ role }) => role === 'infrastructure').map(({ name }) => `also running: ${name}`)),
]

const measuredOf = (chosen: readonly Finding[], memoryMiB: number | undefined): Pick<Result, 'measured'> => {
  if (memoryMiB === undefined) return {}
  const startWithinSeconds = chosen.find((finding) => finding.startWithinSeconds)?.startWithinSeconds
  return {
    measured: {
      memoryMiB: roundedMiB(memoryMiB),
      processes: chosen.length,
      ...(startWithinSeconds ? { startWithinSeconds } : {}),
    },
  }
}

const decideApplication = (
  applications: readonly Finding[],
  { findings: all, memoryMiB }: Pick<ContainerFacts, 'findings' | 'memoryMiB'>,
): Result => {
  const choice = chooseLanguage(applications, all)
  if (!choice) return ambiguousResult(applications)
  const chosen = applications.filter(({ language }) => language === choice.language)
  const main = mainProcess(chosen)
  const environment = environmentOf(all, main)
  const version = lowestVersion(chosen.map((finding) => finding.version))
  return {
    ...verdict(main, chosen, environment),
    language: choice.language,
    ...(version ? { runtimeVersion: version } : {}),
    ...(main.libc ? { libc: main.libc } : {}),
    confidence: choice.confidence,
    evidence: cut([...main.evidence, ...secondaries(choice, all), ...main.process.problems]),
    ...executableOf(isCompiled(main) ? [main] : applications.filter(isGo)),
    ...(environment.kept.length > 0 ? { runtimeEnv: environment.kept } : {}),
    ...measuredOf(chosen, memoryMiB),
  }
}

const decideResult = (facts: ContainerFacts): Result => {
  const { findings, problems } = facts
  const applications = applicationsOf(findings)
  if (applications.length > 0) return decideApplication(applications, facts)
  const servers = findings.filter(({ role }) => role === 'infrastructure')
  if (servers[0]) return infrastructureResult(servers, servers[0])
  return findings.length === 0 ? failedResult(problems) : idleResult(findings)
}

/** The detection for a container, with evidence. */
export const decideContainer = (facts: ContainerFacts): ContainerDetection => ({
  name: facts.name,
  ...decideResult(facts),
  ...firstProcessOf(facts.findings),
})
