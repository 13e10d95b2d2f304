/** `odigos actions`: what changes or drops telemetry on its way, and what dry runs count. */
import { findCondition } from '../../api/conditions.ts'
import type { ActionView } from '../../view/view.ts'
import { conditionTone } from '../../view/words.ts'
import type { Answer } from '../answer.ts'
import type { Register } from '../command.ts'
import type { Paint } from '../output/paint.ts'
import { safeLine, table } from '../output/table.ts'
import { readView } from '../read-view.ts'
import type { Session } from '../session.ts'

const rowOf = ({ name, type, signals, mode, conditions }: ActionView, paint: Paint): string[] => {
  const accepted = findCondition(conditions, 'Accepted')
  return [
    name,
    type,
    signals.join(','),
    mode,
    accepted ? paint(conditionTone(accepted), accepted.status) : '',
    accepted && accepted.status !== 'True' ? safeLine(`${accepted.reason}: ${accepted.message}`) : '',
  ]
}

export const actionsAnswer = (actions: readonly ActionView[], paint: Paint): Answer => ({
  data: actions,
  text:
    actions.length === 0
      ? 'No Actions. To see what they can do: kubectl explain action.spec'
      : table(
          ['NAME', 'TYPE', 'SIGNALS', 'MODE', 'ACCEPTED', 'MESSAGE'],
          actions.map((each) => rowOf(each, paint)),
        ),
})

const list = async (session: Session): Promise<Answer> =>
  actionsAnswer(Object.values((await readView(session)).actions), session.paint)

export const registerActions: Register = (program, run) => {
  program
    .command('actions')
    .description('What changes or drops telemetry on its way.')
    .command('list')
    .description('Lists the Actions in the order in which they run.')
    .action(run(list))
}
