/** `odigos logs`: what the parts of Odigos write. */
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { KubeObject } from '../../api/kubernetes.ts'
import { COMPONENT_LABEL } from '../../api/names.ts'
import { asFields } from '../../api/types/fields.ts'
import { listObjects } from '../../kube/http/list-objects.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import type { Answer } from '../answer.ts'
import { CliError } from '../answer.ts'
import type { Register } from '../command.ts'
import { safe } from '../output/paint.ts'
import type { Session } from '../session.ts'

interface Options {
  follow?: boolean
  tail: string
  since?: string
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** `90s`, `10m` and `2h` in seconds. */
export const secondsOf = (text: string): number => {
  const [, number, unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? []
  if (number === undefined) throw new CliError(`--since ${text} is no duration`, 'For example: 90s, 10m or 2h.')
  return Number(number) * (UNITS[unit] ?? 1)
}

const queryOf = ({ follow, tail, since }: Options): string => {
  if (!/^\d{1,7}$/.test(tail)) throw new CliError(`--tail ${tail} is no number of lines`)
  const query = new URLSearchParams({ tailLines: tail })
  if (since !== undefined) query.set('sinceSeconds', String(secondsOf(since)))
  if (follow) query.set('follow', 'true')
  return query.toString()
}

const partOf = ({ metadata }: KubeObject): string => metadata.labels?.[COMPONENT_LABEL] ?? ''

/** The first container: the others of our pods only run before it. */
const containerOf = ({ spec }: KubeObject & { spec?: unknown }): string => {
  const { containers = [] } = asFields(spec) as { containers?: { name: string }[] }
  return containers[0]?.name ?? ''
}

const podsOf = async (client: KubeClient, namespace: string, part: string | undefined): Promise<KubeObject[]> => {
  const pods = await listObjects(client, RESOURCES.pods, { namespace, labelSelector: COMPONENT_LABEL })
  const parts = [...new Set(pods.map(partOf))].toSorted()
  const found = part === undefined ? pods : pods.filter((pod) => partOf(pod) === part)
  if (found.length === 0)
    throw new CliError(
      part === undefined ? `no pods of Odigos run in the namespace ${namespace}` : `no pod of ${part} runs`,
      parts.length > 0 ? `Parts are ${parts.join(', ')}.` : undefined,
    )
  return found
}

const print = async (session: Session, client: KubeClient, pod: KubeObject, query: string): Promise<void> => {
  const { name, namespace } = pod.metadata
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?container=${containerOf(pod)}&${query}`
  try {
    const stream = Readable.from(await client.stream(path, session.signal))
    for await (const line of createInterface({ input: stream }))
      session.say(`${session.paint('quiet', name)} ${safe(line)}`)
  } catch (error) {
    if (!session.signal.aborted) session.tell(`${name}: ${(error as Error).message}`)
  }
}

const logs = async (session: Session, part: string | undefined, options: Options): Promise<Answer> => {
  const query = queryOf(options)
  const client = await session.client()
  const pods = await podsOf(client, session.systemNamespace, part)
  const work = pods.map((pod) => () => print(session, client, pod, query))
  if (options.follow) await Promise.all(work.map((each) => each()))
  // One after the other, so that lines of a pod stay together.
  else for (const each of work) await each()
  return { data: null, text: '' }
}

export const registerLogs: Register = (program, run) => {
  program
    .command('logs')
    .summary('print the logs of the parts of Odigos')
    .description(
      'Prints the logs of all parts, or of one: autoscaler, gateway, instrumentor, node-collector, scheduler, ui or webhook.',
    )
    .argument('[part]')
    .option('-f, --follow', 'go on until it is ended')
    .option('--tail <lines>', 'lines of each pod, from the end', '100')
    .option('--since <duration>', 'only what is not older, for example 10m')
    .action(run(logs))
}
