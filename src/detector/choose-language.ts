/** Chooses the language of a container's application. Pure. */
import type { ContainerDetection } from '../api/detector-protocol.ts'
import type { Language } from '../api/vocabulary.ts'
import type { Finding } from './finding.ts'

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

/** The applications. A Go program that starts another language and does not listen counts as a wrapper. */
export const applicationsOf = (all: readonly Finding[]): Finding[] => {
  const applications = all.filter(({ role }) => role === 'application')
  return applications.filter(
    (finding) =>
      finding.language !== 'go' ||
      finding.process.listens ||
      !applications.some((other) => other.language !== 'go' && isAncestor(finding, other, all)),
  )
}

type Confidence = NonNullable<ContainerDetection['confidence']>

export interface Choice {
  language: Language
  confidence: Confidence
  /** Languages of the other processes. */
  others: Language[]
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

/** A single language wins; then compiled helpers are excluded; then a listening process wins, then the parent of the others. */
export const chooseLanguage = (applications: readonly Finding[], all: readonly Finding[]): Choice | undefined => {
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

/** The main process: the one that listens, or else the oldest. */
export const mainProcess = (chosen: readonly Finding[]): Finding =>
  chosen.toSorted(
    (a, b) =>
      Number(b.process.listens) - Number(a.process.listens) || b.strength - a.strength || a.process.pid - b.process.pid,
  )[0] as Finding
