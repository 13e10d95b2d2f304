'use client'
/** Actions on namespaces and workloads, each with a notice. */
import type { Target } from '../../src/view/commands.ts'
import { choiceCommand, restartCommand } from '../../src/view/commands.ts'
import { restartText } from '../../src/view/attention/restart.ts'
import type { Choice } from '../../src/view/view.ts'
import { useNotice } from './notices.tsx'
import type { ActionError } from './send.ts'
import { send } from './send.ts'
import { useAction } from './use-action.ts'

const describeChoice = ({ kind, name }: Target, choice: Choice): string => {
  const what = kind === 'Namespace' ? `Namespace ${name}` : name
  if (choice === 'enabled') return `${what} was opted in.`
  if (choice === 'disabled') return `${what} was opted out.`
  return `${what} now follows ${kind === 'Namespace' ? 'the mode of the installation' : 'its namespace'}.`
}

/** Restarts in sequence; stops at the first error. */
const restartEach = async (targets: readonly Target[]): Promise<ActionError | undefined> => {
  const names = targets.map(({ name }) => name)
  for (const [restarted, target] of targets.entries()) {
    const error = await send('POST', '/api/restart', { target })
    if (!error) continue
    const soFar = targets.length === 1 ? '' : `${restartText(names, restarted)} ${target.name} failed: `
    return { ...error, message: soFar + error.message }
  }
  return undefined
}

/** Actions on namespaces and workloads; `busy` while one runs. */
export const useInstrumentation = () => {
  const notify = useNotice()
  const { run, busy } = useAction()

  const act = (work: () => Promise<ActionError | undefined>, done: { text: string; command: string }): Promise<void> =>
    run({
      work,
      onDone: () => notify({ tone: 'good', ...done }),
      onError: ({ message, remedy }) => notify({ tone: 'bad', text: message, remedy }),
    })
  return {
    busy,
    choose: (target: Target, choice: Choice) =>
      act(() => send('POST', '/api/instrumentation', { target, choice }), {
        text: describeChoice(target, choice),
        command: choiceCommand(target, choice),
      }),
    restart: (targets: readonly Target[]) =>
      act(() => restartEach(targets), {
        text: restartText(
          targets.map(({ name }) => name),
          targets.length,
        ),
        command: targets.map(restartCommand).join('\n'),
      }),
  }
}
