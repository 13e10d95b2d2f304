/** Which parts of a configuration keep collectors from starting, found with as few trials as possible. Pure. */
import type { Verdict } from './verdict.ts'

/** A Destination or an Action. */
export interface Candidate {
  id: string
  /** Ids of its components, by which the collector's words can name it. */
  components: readonly string[]
}

export type Search =
  /** The set has to be tried, or its trial goes on. */
  | { state: 'Trying'; ids: ReadonlySet<string>; verdict: Verdict }
  /** What is left starts; the culprits by id, with the collector's words. */
  | { state: 'Found'; culprits: ReadonlyMap<string, string> }
  /** Collectors do not start without any of the candidates either. */
  | { state: 'Unfounded'; message: string }

const RUNNING: Verdict = { result: 'Running' }

const isNamedIn = (message: string, component: string): boolean => {
  const at = message.indexOf(component)
  return at >= 0 && !/[\w./-]/.test(message.charAt(at + component.length))
}

/** Those that the collector names come last, so that one trial tells whether the others start. */
const divide = (group: readonly Candidate[], message: string): [Candidate[], Candidate[]] => {
  const isNamed = ({ components }: Candidate): boolean => components.some((each) => isNamedIn(message, each))
  const named = group.filter(isNamed)
  if (named.length > 0 && named.length < group.length) return [group.filter((each) => !isNamed(each)), named]
  const middle = Math.ceil(group.length / 2)
  return [group.slice(0, middle), group.slice(middle)]
}

/**
 * Adds the candidates to what is known to start, all at once; a group with which collectors do not start is divided, until what is left
 * of it is one. The verdicts are those of the trials so far, so that each call comes one trial further.
 */
export const searchCulprits = (
  candidates: readonly Candidate[],
  verdictOf: (ids: ReadonlySet<string>) => Verdict | undefined,
): Search => {
  const good = new Set<string>()
  const culprits = new Map<string, string>()

  const tryWith = (ids: ReadonlySet<string>): { verdict: Verdict; open?: Search } => {
    const verdict = verdictOf(ids) ?? RUNNING
    const isOpen = verdict.result === 'Running' || verdict.result === 'NotRun'
    return { verdict, ...(isOpen ? { open: { state: 'Trying', ids, verdict } } : {}) }
  }

  /** Nobody is blamed for what fails without anybody. */
  const withoutAny = (): Search | undefined => {
    if (good.size > 0) return undefined
    const { verdict, open } = tryWith(new Set())
    return open ?? (verdict.result === 'Failed' ? { state: 'Unfounded', message: verdict.message } : undefined)
  }

  const add = (group: readonly Candidate[]): Search | undefined => {
    if (group.length === 0) return undefined
    const { verdict, open } = tryWith(new Set([...good, ...group.map(({ id }) => id)]))
    if (open) return open
    if (verdict.result !== 'Failed') {
      for (const { id } of group) good.add(id)
      return undefined
    }
    const [only] = group
    if (group.length === 1 && only) {
      const unfounded = withoutAny()
      if (!unfounded) culprits.set(only.id, verdict.message)
      return unfounded
    }
    const [first, second] = divide(group, verdict.message)
    return add(first) ?? add(second)
  }

  return add(candidates) ?? { state: 'Found', culprits }
}
