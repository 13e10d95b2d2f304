/** From the processes of a container to one answer. Pure. */
import type { ContainerDetection } from '../api/detector-protocol.ts'
import type { Language } from '../api/vocabulary.ts'
import { runtimeEnvironment } from './environment.ts'
import type { Finding } from './finding.ts'

/** After this long a container in which nothing but a shell or `sleep` runs is not starting any more. */
const SETTLED_SECONDS = 600
/** The kubelet keeps little; the strongest evidence comes first. */
const MAX_EVIDENCE = 8
const MAX_EVIDENCE_LENGTH = 120
/** Longest value of a variable that is carried over, as in the InstrumentationConfig's schema. */
const MAX_VALUE_LENGTH = 2048

export interface ContainerFacts {
  name: string
  findings: readonly Finding[]
  /** Processes that could not be seen, and why. */
  problems: readonly string[]
}

/** One answer for a container, with evidence. */
export const decideContainer = ({ name, findings, problems }: ContainerFacts): ContainerDetection => {
  const applications = withoutGoParents(findings)
  if (applications.length > 0) return { name, ...decideApplication(applications, findings) }
  const server = findings.find(({ role }) => role === 'infrastructure')
  if (server) return { name, ...infrastructureAnswer(server) }
  if (findings.length === 0) return { name, ...failedAnswer(problems) }
  return { name, ...idleAnswer(findings) }
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

const infrastructureAnswer = ({ name, evidence, libc }: Finding): Answer => ({
  reason: 'Infrastructure',
  message: `runs ${name}`,
  language: 'infrastructure',
  ...(libc ? { libc } : {}),
  confidence: 'high',
  evidence: cut(evidence),
})

const idleAnswer = (findings: readonly Finding[]): Answer => {
  const names = [...new Set(findings.map(({ name }) => name))].join(', ')
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

/** The applications; a Go program that starts another language and does not listen is a wrapper that is on no list. */
const withoutGoParents = (all: readonly Finding[]): Finding[] => {
  const applications = all.filter(({ role }) => role === 'application')
  return applications.filter(
    (finding) =>
      finding.language !== 'go' ||
      finding.process.listens ||
      !applications.some((other) => other.language !== 'go' && isAncestor(finding, other, all)),
  )
}

const isAncestor = (ancestor: Finding, finding: Finding, all: readonly Finding[]): boolean => {
  let parent = finding.process.parentPid
  for (let depth = 0; depth < all.length; depth++) {
    if (parent === ancestor.process.pid) return true
    const next = all.find(({ process }) => process.pid === parent)
    if (!next) return false
    parent = next.process.parentPid
  }
  return false
}

type Confidence = NonNullable<ContainerDetection['confidence']>

interface Choice {
  language: Language
  confidence: Confidence
  /** Languages of processes that were not chosen. */
  others: Language[]
}

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
    ...(choice.language === 'go' || choice.language === 'native' ? { executable: main.process.exe } : {}),
    ...(environment.kept.length > 0 ? { runtimeEnv: environment.kept } : {}),
  }
}

/** One language is the answer; compiled helpers lose; then who listens; then who started the others. */
const chooseLanguage = (applications: readonly Finding[], all: readonly Finding[]): Choice | undefined => {
  const languages = [...new Set(applications.map(({ language }) => language))]
  const candidates = languages.length > 1 ? languages.filter((language) => language !== 'native') : languages
  const choose = (language: Language, confidence: Confidence): Choice => ({
    language,
    confidence,
    others: languages.filter((other) => other !== language),
  })
  const [only] = candidates
  if (only && candidates.length === 1) return choose(only, confidenceOf(applications, only))
  const listening = candidates.filter((language) =>
    applications.some((finding) => finding.language === language && finding.process.listens),
  )
  if (listening[0] && listening.length === 1) return choose(listening[0], 'medium')
  const root = candidates.find((language) => startedAllOthers(language, applications, all))
  return root && choose(root, 'medium')
}

const confidenceOf = (applications: readonly Finding[], language: Language): Confidence => {
  const strongest = Math.max(...applications.filter((f) => f.language === language).map(({ strength }) => strength))
  if (strongest >= 3) return 'high'
  return strongest === 2 ? 'medium' : 'low'
}

const startedAllOthers = (language: Language, applications: readonly Finding[], all: readonly Finding[]): boolean =>
  applications
    .filter((finding) => finding.language !== language && finding.language !== 'native')
    .every((finding) => applications.some((parent) => parent.language === language && isAncestor(parent, finding, all)))

const ambiguousAnswer = (applications: readonly Finding[]): Answer => ({
  reason: 'Ambiguous',
  message: `several languages run: ${[...new Set(applications.map(({ language }) => language))].join(', ')}`,
  confidence: 'low',
  evidence: cut(applications.map(({ language, evidence }) => `${language}: ${evidence[0]}`)),
})

/** The process that serves: it listens, it was there first. */
const mainProcess = (chosen: readonly Finding[]): Finding =>
  chosen.toSorted(
    (a, b) =>
      Number(b.process.listens) - Number(a.process.listens) || b.strength - a.strength || a.process.pid - b.process.pid,
  )[0] as Finding

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

const numbersOf = (version: string): number[] => (version.match(/\d+/g) ?? []).map(Number)

const compareVersions = (a: string, b: string): number => {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  const at = left.findIndex((number, i) => number !== (right[i] ?? -1))
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1)
}

/** Where processes differ, the agent that suits the oldest is the one that harms none. */
const lowestVersion = (versions: readonly (string | undefined)[]): string | undefined =>
  versions.filter((version) => version !== undefined).toSorted(compareVersions)[0]

const cut = (evidence: readonly string[]): string[] => {
  const short = [...new Set(evidence)].map((item) =>
    item.length <= MAX_EVIDENCE_LENGTH ? item : `${item.slice(0, MAX_EVIDENCE_LENGTH - 1)}…`,
  )
  return short.length <= MAX_EVIDENCE ? short : [...short.slice(0, MAX_EVIDENCE - 1), '…']
}
