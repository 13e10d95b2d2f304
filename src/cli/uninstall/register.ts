/** `odigos uninstall`: the way out, of which nothing remains. */
import type { Answer } from '../answer.ts'
import type { Register } from '../command.ts'
import { safeLine } from '../output/table.ts'
import type { Session } from '../session.ts'
import { act } from './act.ts'
import { findInstallation } from './find.ts'
import type { Plan } from './plan.ts'
import { planUninstall } from './plan.ts'

const leftLines = (left: readonly string[]): string[] =>
  left.length === 0 ? [] : ['', 'What remains:', ...left.map((each) => `  - ${safeLine(each)}`)]

const stepLines = ({ steps }: Plan): string[] => steps.map(({ text }, index) => `  ${index + 1}. ${safeLine(text)}`)

export const planAnswer = (plan: Plan): Answer => ({
  data: { steps: plan.steps, left: plan.left, done: false },
  text:
    plan.steps.length === 0
      ? ['There is nothing to uninstall.', ...leftLines(plan.left)].join('\n')
      : [
          'This would be done, in this order:',
          ...stepLines(plan),
          ...leftLines(plan.left),
          '',
          'To do it: odigos uninstall --yes',
        ].join('\n'),
})

const uninstall = async (session: Session, { yes }: { yes?: boolean }): Promise<Answer> => {
  const plan = planUninstall(await findInstallation(session))
  if (!yes || plan.steps.length === 0) return planAnswer(plan)
  const remains: string[] = []
  for (const [index, step] of plan.steps.entries()) {
    session.tell(`${index + 1}/${plan.steps.length} ${step.text}`)
    remains.push(...(await act(session, step)))
  }
  const left = [...remains, ...plan.left]
  return {
    data: { steps: plan.steps, left, done: true },
    text: [
      left.length === 0 ? 'Odigos was uninstalled; nothing of it remains.' : 'Odigos was uninstalled.',
      ...leftLines(left),
    ].join('\n'),
    exitCode: remains.length > 0 ? 1 : 0,
  }
}

export const registerUninstall: Register = (program, run) => {
  program
    .command('uninstall')
    .summary('remove Odigos, and restore every workload')
    .description(
      'Removes Odigos: its release, labels, agents in running pods (by restarting their workloads), collectors once their queues are empty, definitions, folders of nodes, and its namespace. Without --yes, prints the plan and does nothing.',
    )
    .option('--yes', 'do it')
    .action(run(uninstall))
}
