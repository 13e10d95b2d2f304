/** What needs attention of collectors. */
import type { Condition } from '../../api/conditions.ts'
import type { Reason } from '../../api/reasons.ts'
import type { AttentionGroup } from './attention-group.ts'
import { failing, group } from './attention-group.ts'
import type { CollectorsView } from '../view.ts'
import { explain, sentence } from '../words.ts'

const isReady = ({ ready, desired }: CollectorsView): boolean => desired > 0 && ready >= desired

const notReady = (collectors: CollectorsView[]): AttentionGroup[] =>
  group(
    {
      key: 'collectors',
      severity: 'warn',
      noun: 'collector group',
      title: (subject) => `${subject} not ready`,
      remedy: 'Agents buffer their data and retry while collectors start.',
    },
    collectors
      .filter((each) => !isReady(each))
      .map(({ name, ready, desired, conditions }) => ({
        key: name,
        label: name,
        detail: [`${ready} of ${desired} ready`, failing(conditions)?.message ?? ''].filter(Boolean).join(' · '),
        href: '/collectors',
      })),
  )

/** What passes by itself, or is as it is to be. */
const PASSING: ReadonlySet<Reason> = new Set([
  'BeingTried',
  'RollingOut',
  'WaitingForDestination',
  'Draining',
  'Drained',
])

const faultOf = ({ conditions }: CollectorsView): Condition | undefined =>
  conditions.find(({ status, reason }) => status === 'False' && !PASSING.has(reason))

/** Collectors that are ready, and do not do what they should. */
const faulty = (collectors: CollectorsView[]): AttentionGroup[] => {
  const byReason = Map.groupBy(
    collectors.filter((each) => isReady(each) && faultOf(each) !== undefined),
    (each) => faultOf(each)?.reason as Reason,
  )
  return [...byReason].flatMap(([reason, found]) =>
    group(
      {
        key: `collectors-${reason}`,
        severity: reason === 'GatewayNotReached' ? 'bad' : 'warn',
        noun: 'collector group',
        title: (subject) => `${subject}: ${explain(reason).meaning}`,
        remedy: sentence(explain(reason).remedy),
      },
      found.map((each) => ({
        key: each.name,
        label: each.name,
        detail: faultOf(each)?.message ?? '',
        href: '/collectors',
      })),
    ),
  )
}

export const brokenCollectors = (collectors: CollectorsView[]): AttentionGroup[] => [
  ...notReady(collectors),
  ...faulty(collectors),
]
