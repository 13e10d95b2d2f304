/** `odigos sources`: what can be instrumented, and opting in and out. */
import type { LastSeen } from '../../api/kinds/instrumentation-config.ts'
import { CLI_NAME } from '../../api/names.ts'
import { setChoice } from '../../operations/instrument.ts'
import type { Choice, ClusterView, WorkloadView } from '../../view/view.ts'
import { LANGUAGE_NAMES, STATES } from '../../view/words.ts'
import { choiceCommand, namespaceTarget, targetOf } from '../../view/commands.ts'
import type { Answer } from '../answer.ts'
import { CliError } from '../answer.ts'
import type { Register } from '../command.ts'
import { age } from '../output/age.ts'
import type { Paint } from '../output/paint.ts'
import { table } from '../output/table.ts'
import { readView } from '../read-view.ts'
import type { Session } from '../session.ts'
import { getWorkload, parseWorkload } from '../subject/workload-ref.ts'

interface ListOptions {
  allNamespaces?: boolean
  state?: string
}

const languagesOf = ({ containers }: WorkloadView): string =>
  [
    ...new Set(
      containers.flatMap(({ language }) =>
        language && language !== 'infrastructure' ? [LANGUAGE_NAMES[language]] : [],
      ),
    ),
  ].join(',')

const agentsOf = ({ containers }: WorkloadView): string =>
  [...new Set(containers.flatMap(({ agent }) => agent ?? []))].join(',')

/** `traces 2m, metrics 10s`. */
const lastSeenOf = (lastSeen: LastSeen | undefined, now: Date): string =>
  Object.entries(lastSeen ?? {})
    .flatMap(([signal, time]) =>
      typeof time === 'string' ? [`${signal} ${age(now.getTime() - Date.parse(time))}`] : [],
    )
    .join(', ')

const rowOf = (workload: WorkloadView, paint: Paint, now: Date): string[] => {
  const { namespace, kind, name, state, pods, lastSeen } = workload
  return [
    namespace,
    `${kind.toLowerCase()}/${name}`,
    languagesOf(workload),
    agentsOf(workload),
    paint(STATES[state].tone, state),
    pods ? `${pods.instrumented}/${pods.total}` : '',
    lastSeenOf(lastSeen, now),
  ]
}

const byName = (a: WorkloadView, b: WorkloadView): number =>
  a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name)

/** The workloads of one namespace, or of all that are not ignored. */
export const selectSources = (
  view: ClusterView,
  { namespace, state }: { namespace: string | undefined; state?: string | undefined },
): WorkloadView[] =>
  Object.values(view.workloads)
    .filter((each) =>
      namespace === undefined ? !view.namespaces[each.namespace]?.ignored : each.namespace === namespace,
    )
    .filter((each) => state === undefined || each.state.toLowerCase() === state.toLowerCase())
    .toSorted(byName)

export const sourcesAnswer = (workloads: readonly WorkloadView[], paint: Paint, now: Date): Answer => ({
  data: workloads,
  text:
    workloads.length === 0
      ? 'No workloads found.'
      : table(
          ['NAMESPACE', 'WORKLOAD', 'LANGUAGE', 'AGENT', 'STATE', 'INJECTED', 'LAST SEEN'],
          workloads.map((each) => rowOf(each, paint, now)),
        ),
})

const list = async (session: Session, options: ListOptions): Promise<Answer> => {
  const { state } = options
  if (state !== undefined && !Object.keys(STATES).some((each) => each.toLowerCase() === state.toLowerCase()))
    throw new CliError(`unknown state "${state}"`, `States are ${Object.keys(STATES).join(', ')}.`)
  const namespace = options.allNamespaces || !session.isNamespaceGiven ? undefined : await session.namespace()
  const view = await readView(session)
  return sourcesAnswer(selectSources(view, { namespace, state }), session.paint, session.now())
}

const DONE: Record<Choice, string> = {
  enabled: 'opted in',
  disabled: 'opted out',
  inherit: 'left to its namespace or the mode',
}

/** What a choice does, where it was made. */
const NEXT =
  'New pods get their agents when the state is RestartRequired: odigos sources list. Then restart: kubectl rollout restart'

const chosen = (what: string, choice: Choice, command: string): Answer => ({
  data: { target: what, choice },
  text: [
    `The ${what} was ${DONE[choice]}. The same with kubectl: ${command}`,
    ...(choice === 'enabled' ? [NEXT] : []),
  ].join('\n'),
})

/** Labels a namespace (no words), or a workload of it. */
const choose =
  (choice: Choice) =>
  async (session: Session, words: string[]): Promise<Answer> => {
    const writer = { client: await session.client(), fieldManager: CLI_NAME }
    const namespace = await session.namespace()
    if (words.length === 0) {
      if (!session.isNamespaceGiven) throw new CliError('name a namespace with -n, or a workload')
      await setChoice(writer, { target: { kind: 'Namespace', name: namespace }, choice })
      return chosen(`namespace ${namespace}`, choice, choiceCommand(namespaceTarget(namespace), choice))
    }
    const { kind, metadata } = await getWorkload(writer.client, parseWorkload(words), namespace)
    if (kind === 'Job')
      throw new CliError('a Job runs once, and cannot be opted in or out', 'Opt in its CronJob or namespace.')
    const target = { kind, name: metadata.name, namespace }
    await setChoice(writer, { target, choice })
    return chosen(`${kind} ${metadata.name} in ${namespace}`, choice, choiceCommand(targetOf(target), choice))
  }

export const registerSources: Register = (program, run) => {
  const sources = program.command('sources').description('Workloads that are, or could be, instrumented.')
  sources
    .command('list')
    .description('Lists the workloads of all namespaces, or of one (-n).')
    .option('-A, --all-namespaces', 'of all namespaces that are not ignored (default, unless -n is given)')
    .option('--state <state>', 'only those in this state')
    .action(run(list))
  const choices: [name: string, choice: Choice, what: string][] = [
    ['enable', 'enabled', 'Opts a namespace (-n) or a workload in.'],
    ['disable', 'disabled', 'Opts a namespace (-n) or a workload out.'],
    ['inherit', 'inherit', 'Removes the choice of a namespace (-n) or a workload.'],
  ]
  for (const [name, choice, what] of choices)
    sources
      .command(name)
      .description(`${what} Restarts nothing.`)
      .argument('[workload...]', 'NAME or KIND/NAME; without it, the namespace of -n')
      .action(run(choose(choice)))
}
