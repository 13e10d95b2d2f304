/** `odigos status`: what needs attention first, then the state of everything. */
import type { Condition } from '../../api/conditions.ts'
import { findCondition } from '../../api/conditions.ts'
import type { AttentionGroup } from '../../view/attention/attention-group.ts'
import { attentionOf } from '../../view/attention/attention.ts'
import type { ClusterView, CollectorsView, DestinationView, RowState } from '../../view/view.ts'
import type { Tone } from '../../view/words.ts'
import { counted, STATES } from '../../view/words.ts'
import type { Answer } from '../answer.ts'
import { acceptedCell } from '../destinations/list.ts'
import type { Register } from '../command.ts'
import type { Paint } from '../output/paint.ts'
import { safeLine, table } from '../output/table.ts'
import { readView } from '../read-view.ts'
import type { Session } from '../session.ts'

const TONES: Record<AttentionGroup['severity'], Tone> = { bad: 'bad', warn: 'warn', info: 'quiet' }
const MARKS: Record<AttentionGroup['severity'], string> = { bad: '✗', warn: '!', info: '·' }
/** Objects that are named of a problem that many have. */
const MAX_NAMED = 5

const attentionLines = (group: AttentionGroup, paint: Paint): string[] => {
  const { severity, title, remedy, items } = group
  const named = items
    .slice(0, MAX_NAMED)
    .map(({ label, detail }) => `    ${safeLine(`${label}${detail && `: ${detail}`}`)}`)
  const more = items.length > MAX_NAMED ? [`    and ${items.length - MAX_NAMED} more`] : []
  return [
    paint(TONES[severity], `${MARKS[severity]} ${safeLine(title)}`),
    ...named,
    ...more,
    ...(remedy === '' ? [] : [`    → ${safeLine(remedy)}`]),
  ]
}

/** Numbers of workloads by state, in the order of the list of states; ignored namespaces are left out. */
export const workloadCounts = ({ workloads, namespaces }: ClusterView): Partial<Record<RowState, number>> => {
  const shown = Object.values(workloads).filter(({ namespace }) => !namespaces[namespace]?.ignored)
  const states = Object.keys(STATES) as RowState[]
  return Object.fromEntries(
    states.flatMap((state) => {
      const count = shown.filter((each) => each.state === state).length
      return count === 0 ? [] : [[state, count]]
    }),
  )
}

/** The condition that says most: the first that is not met, or else the last. */
const worstOf = (conditions: readonly Condition[]): Condition | undefined =>
  conditions.find(({ status }) => status === 'False') ??
  conditions.find(({ status }) => status === 'Unknown') ??
  findCondition(conditions, 'Delivering') ??
  conditions.at(-1)

const reasonOf = (conditions: readonly Condition[]): string => worstOf(conditions)?.reason ?? ''

const collectorRow = ({ name, role, ready, desired, conditions }: CollectorsView): string[] => [
  name,
  role,
  `${ready}/${desired}`,
  reasonOf(conditions),
]

const destinationRow = (destination: DestinationView): string[] => [
  destination.name,
  destination.typeName,
  destination.signals.join(','),
  acceptedCell(destination),
  destination.disabled ? '' : reasonOf(destination.conditions),
]

const DESTINATION_COLUMNS = ['NAME', 'TYPE', 'SIGNALS', 'ACCEPTED', 'REASON']

const workloadLines = (view: ClusterView, paint: Paint): string[] => {
  const counts = Object.entries(workloadCounts(view)) as [RowState, number][]
  if (counts.length === 0) return ['  none']
  return counts.map(
    ([state, count]) => `  ${String(count).padStart(4)}  ${paint(STATES[state].tone, STATES[state].label)}`,
  )
}

const indented = (text: string): string => text.replaceAll(/^/gm, '  ')

export const statusText = (view: ClusterView, paint: Paint): string => {
  const attention = attentionOf(view)
  const destinations = Object.values(view.destinations)
  const collectors = Object.values(view.collectors)
  const { missing } = view.status
  return [
    ...(missing.length === 0 ? [] : [paint('warn', `Not permitted to read, and left out: ${missing.join(', ')}`), '']),
    paint('title', attention.length === 0 ? 'Nothing needs attention' : 'Needs attention'),
    ...attention.flatMap((group) => attentionLines(group, paint)),
    '',
    paint('title', `Workloads (${counted(Object.keys(view.namespaces).length, 'namespace')})`),
    ...workloadLines(view, paint),
    '',
    paint('title', 'Collectors'),
    collectors.length === 0
      ? '  none: they are deployed with the first destination'
      : indented(table(['NAME', 'ROLE', 'READY', 'REASON'], collectors.map(collectorRow))),
    '',
    paint('title', 'Destinations'),
    destinations.length === 0
      ? '  none: odigos destinations add'
      : indented(table(DESTINATION_COLUMNS, destinations.map(destinationRow))),
  ].join('\n')
}

/** What is serious makes the exit code 1. */
export const statusAnswer = (view: ClusterView, paint: Paint): Answer => {
  const attention = attentionOf(view)
  return {
    data: {
      attention: attention.map(({ severity, title, remedy, items }) => ({
        severity,
        title,
        remedy,
        items: items.map(({ key, label, detail }) => ({ key, label, detail })),
      })),
      workloads: workloadCounts(view),
      collectors: Object.values(view.collectors),
      destinations: Object.values(view.destinations),
      notPermitted: view.status.missing,
    },
    text: statusText(view, paint),
    exitCode: attention.some(({ severity }) => severity === 'bad') ? 1 : 0,
  }
}

const status = async (session: Session): Promise<Answer> => statusAnswer(await readView(session), session.paint)

export const registerStatus: Register = (program, run) => {
  program
    .command('status')
    .summary('show what needs attention, and the state of everything')
    .description(
      'Shows what needs attention, workloads by state, collectors and destinations. Exit code 1 if something is broken.',
    )
    .action(run(status))
}
