/** Derives the detection for a container from its processes. Pure. */
import type { ContainerDetection } from '../api/detector-protocol.ts'
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

const infrastructureResult = ({ name, evidence, libc }: Finding): Result => ({
  reason: 'Infrastructure',
  message: `runs ${name}`,
  language: 'infrastructure',
  ...(libc ? { libc } : {}),
  confidence: 'high',
  evidence: cut(evidence),
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
      }
    : { reason: 'StillStarting', message: `runs only ${names} so far`, evidence: [] }
}

/** Agents outside the process need its program. A path that exceeds the schema's maximum is omitted. */
const executableOf = ({ language, process }: Finding): Pick<Result, 'executable'> =>
  (language === 'go' || language === 'native') && process.exe.length <= MAX_EXECUTABLE_LENGTH
    ? { executable: process.exe }
    : {}

const ambiguousResult = (applications: readonly Finding[]): Result => ({
  reason: 'Ambiguous',
  message: `several languages are running: ${[...new Set(applications.map(({ language }) => language))].join(', ')}`,
  confidence: 'low',
  evidence: cut(applications.map(({ language, evidence }) => `${language}: ${evidence[0]}`)),
})

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
  if (other) return { reason: 'OtherAgent', message: `${other.agent} was detected in ${other.where}` }
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

const decideApplication = (applications: readonly Finding[], all: readonly Finding[]): Result => {
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
    ...executableOf(main),
    ...(environment.kept.length > 0 ? { runtimeEnv: environment.kept } : {}),
  }
}

/** The detection for a container, with evidence. */
export const decideContainer = ({ name, findings, problems }: ContainerFacts): ContainerDetection => {
  const applications = applicationsOf(findings)
  if (applications.length > 0) return { name, ...decideApplication(applications, findings) }
  const server = findings.find(({ role }) => role === 'infrastructure')
  if (server) return { name, ...infrastructureResult(server) }
  if (findings.length === 0) return { name, ...failedResult(problems) }
  return { name, ...idleResult(findings) }
}
