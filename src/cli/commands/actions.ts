/** `odigos actions`: what changes or drops telemetry on its way, and what dry runs count. */
import type { Action } from '../../api/kinds/action.ts'
import { findCondition } from '../../api/conditions.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { listObjects } from '../../kube/http/list-objects.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Answer } from '../answer.ts'
import type { Register } from '../command.ts'
import type { Paint } from '../output/paint.ts'
import { safeLine, table } from '../output/table.ts'
import type { Session } from '../session.ts'

const TONES = { True: 'good', False: 'bad', Unknown: 'busy' } as const

const rowOf = ({ metadata, spec, status }: Action, paint: Paint): string[] => {
  const accepted = findCondition(status?.conditions, 'Accepted')
  return [
    metadata.name,
    spec.type,
    'signals' in spec && spec.signals ? spec.signals.join(',') : 'traces',
    spec.disabled ? 'Disabled' : (spec.mode ?? 'Enforce'),
    accepted ? paint(TONES[accepted.status], accepted.status) : '',
    accepted && accepted.status !== 'True' ? safeLine(`${accepted.reason}: ${accepted.message}`) : '',
  ]
}

export const actionsAnswer = (actions: readonly Action[], paint: Paint): Answer => ({
  data: actions,
  text:
    actions.length === 0
      ? 'No Actions. To see what they can do: kubectl explain action.spec'
      : table(
          ['NAME', 'TYPE', 'SIGNALS', 'MODE', 'ACCEPTED', 'MESSAGE'],
          actions.map((each) => rowOf(each, paint)),
        ),
})

const list = async (session: Session): Promise<Answer> => {
  const found = await listObjects<Action & KubeObject>(await session.client(), RESOURCES.actions, {
    namespace: session.systemNamespace,
  })
  // Actions run in the order of their names.
  const ordered = found.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  return actionsAnswer(ordered, session.paint)
}

export const registerActions: Register = (program, run) => {
  program
    .command('actions')
    .description('What changes or drops telemetry on its way.')
    .command('list')
    .description('Lists the Actions in the order in which they run.')
    .action(run(list))
}
