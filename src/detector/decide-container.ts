/** From the processes of a container to one answer. Pure. */
import type { ContainerDetection } from '../api/detector-protocol.ts'
import { runtimeEnvironment } from './environment.ts'
import type { Choice } from './choose-language.ts'
import { applicationsOf, chooseLanguage, mainProcess } from './choose-language.ts'
import type { Finding } from './finding.ts'
import { lowestVersion } from './lowest-version.ts'

/** After this long a container in which nothing but a shell or `sleep` runs is not starting any more. */
const SETTLED_SECONDS = 600
/** The kubelet keeps little; the strongest evidence comes first. */
const MAX_EVIDENCE = 8
const MAX_EVIDENCE_LENGTH = 120
const MAX_EXECUTABLE_LENGTH = 1024
const MAX_NAMES = 5
/** Longest value of a variable that is carried over: a message of 4,096 bytes has to hold it. */
const MAX_VALUE_LENGTH = 2048

export interface ContainerFacts {
  name: string
  findings: readonly Finding[]
  /** Processes that could not be seen, and why. */
  problems: readonly string[]
}

type Answer = Omit<ContainerDetection, 'name'>

const failedAnswer = (problems: readonly string[]): Answer => ({
  reason: 'DetectionFailed',
  message:
    problems.length > 0
      ? `the processes could not be looked at: ${[...new Set(problems)].slice(0, 3).join(', ')}`
      : 'no process was found: the container has just ended, or runs in a sandbox (gVisor, Kata)',
  evidence: [],
})

const cut = (evidence: readonly string[]): string[] => {
  const short = [...new Set(evidence)].map((item) =>
    item.length <= MAX_EVIDENCE_LENGTH ? item : `${item.slice(0, MAX_EVIDENCE_LENGTH - 1)}…`,
  )
  return short.length <= MAX_EVIDENCE ? short : [...short.slice(0, MAX_EVIDENCE - 1), '…']
}

const infrastructureAnswer = ({ name, evidence, libc }: Finding): Answer => ({
  reason: 'Infrastructure',
  message: `runs ${name}`,
  language: 'infrastructure',
  ...(libc ? { libc } : {}),
  confidence: 'high',
  evidence: cut(evidence),
})

const idleAnswer = (findings: readonly Finding[]): Answer => {
  const names = [...new Set(findings.map(({ name }) => name))].slice(0, MAX_NAMES).join(', ')
  const isSettled = findings.every(({ process }) => process.ageSeconds > SETTLED_SECONDS)
  return isSettled
    ? {
        reason: 'Infrastructure',
        message: `has run nothing but ${names} for ${SETTLED_SECONDS / 60} minutes`,
        language: 'infrastructure',
        confidence: 'medium',
        evidence: cut(findings.flatMap(({ evidence }) => evidence)),
      }
    : { reason: 'StillStarting', message: `runs only ${names} yet`, evidence: [] }
}

/** Agents outside of the process have to know its program; a path that is longer than the schema allows is none. */
const executableOf = ({ language, process }: Finding): Pick<Answer, 'executable'> =>
  (language === 'go' || language === 'native') && process.exe.length <= MAX_EXECUTABLE_LENGTH
    ? { executable: process.exe }
    : {}

const ambiguousAnswer = (applications: readonly Finding[]): Answer => ({
  reason: 'Ambiguous',
  message: `several languages run: ${[...new Set(applications.map(({ language }) => language))].join(', ')}`,
  confidence: 'low',
  evidence: cut(applications.map(({ language, evidence }) => `${language}: ${evidence[0]}`)),
})

interface Environment {
  kept: { name: string; value: string }[]
  tooLong: string[]
}

/** The first process of the container has the environment that the image and the pod gave; a later one may have its own. */
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
): Pick<Answer, 'reason' | 'message'> => {
  const other = chosen.find(({ otherAgent }) => otherAgent)?.otherAgent
  if (other) return { reason: 'OtherAgent', message: `${other.agent}, seen in ${other.where}` }
  if (main.problem) return main.problem
  if (tooLong[0]) {
    return { reason: 'RuntimeNotSupported', message: `${tooLong[0]} has more than ${MAX_VALUE_LENGTH} characters` }
  }
  return { reason: 'Detected', message: '' }
}

const secondaries = ({ others }: Choice, all: readonly Finding[]): string[] => [
  ...others.map((language) => `beside it: ${language}`),
  ...new Set(all.filter(({ role }) => role === 'infrastructure').map(({ name }) => `beside it: ${name}`)),
]

const decideApplication = (applications: readonly Finding[], all: readonly Finding[]): Answer => {
  const choice = chooseLanguage(applications, all)
  if (!choice) return ambiguousAnswer(applications)
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

/** One answer for a container, with evidence. */
export const decideContainer = ({ name, findings, problems }: ContainerFacts): ContainerDetection => {
  const applications = applicationsOf(findings)
  if (applications.length > 0) return { name, ...decideApplication(applications, findings) }
  const server = findings.find(({ role }) => role === 'infrastructure')
  if (server) return { name, ...infrastructureAnswer(server) }
  if (findings.length === 0) return { name, ...failedAnswer(problems) }
  return { name, ...idleAnswer(findings) }
}
