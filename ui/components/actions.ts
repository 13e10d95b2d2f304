'use client'
/** What is done to namespaces and workloads, with a notice for each. */
import { useRef, useState } from 'react'
import type { Target } from '../model/commands.ts'
import { choiceCommand, restartCommand } from '../model/commands.ts'
import { restartText } from '../model/restart.ts'
import type { Choice } from '../model/view.ts'
import { useNotice } from './notices.tsx'
import type { ActionError } from './send.ts'
import { send } from './send.ts'

const describeChoice = ({ kind, name }: Target, choice: Choice): string => {
  const what = kind === 'Namespace' ? `Namespace ${name}` : name
  if (choice === 'enabled') return `${what} is opted in.`
  if (choice === 'disabled') return `${what} is opted out.`
  return `${what} follows ${kind === 'Namespace' ? 'the mode of the installation' : 'its namespace'} again.`
}

/** Actions on namespaces and workloads, with a notice for each; `busy` while one runs. */
export const useInstrumentation = () => {
  const notify = useNotice()
  const [busy, setBusy] = useState(false)
  const running = useRef(false)

  const act = async (work: () => Promise<ActionError | undefined>, done: { text: string; command: string }) => {
    if (running.current) return
    running.current = true
    setBusy(true)
    const error = await work()
    running.current = false
    setBusy(false)
    notify(error ? { tone: 'bad', text: error.message, remedy: error.remedy } : { tone: 'good', ...done })
  }
  return {
    busy,
    choose: (target: Target, choice: Choice) =>
      act(() => send('POST', '/api/instrumentation', { target, choice }), {
        text: describeChoice(target, choice),
        command: choiceCommand(target, choice),
      }),
    restart: (targets: Target[]) => {
      const names = targets.map(({ name }) => name)
      return act(
        async () => {
          for (const [restarted, target] of targets.entries()) {
            const error = await send('POST', '/api/restart', { target })
            if (!error) continue
            const soFar = targets.length === 1 ? '' : `${restartText(names, restarted)} Then ${target.name}: `
            return { ...error, message: soFar + error.message }
          }
          return undefined
        },
        {
          text: restartText(names, targets.length),
          command: targets.map(restartCommand).join('\n'),
        },
      )
    },
  }
}
