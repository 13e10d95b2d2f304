/** The commands of the CLI as tools for coding agents. */
import { z } from 'zod'
import { OBJECT_NAME } from '../../api/vocabulary.ts'
import { WORKLOAD_KINDS } from '../../api/workload-kinds.ts'

const name = z.string().max(253).regex(OBJECT_NAME)
const namespace = name.describe('Namespace of the workload.')
const kind = z.enum(WORKLOAD_KINDS.map((each) => each.kind)).describe('Kind of the workload.')
const workload = { namespace, kind, name: name.describe('Name of the workload.') }
const WORKLOAD = z.object(workload)
type Workload = z.infer<typeof WORKLOAD>

export interface Tool {
  name: string
  description: string
  input: z.ZodRawShape
  /** Whether it changes something in the cluster. */
  writes?: true
  /** Arguments of the command. Values are names that were checked, so that none can be taken for an option. */
  args: (input: never) => string[]
}

const onWorkload =
  (...command: string[]) =>
  (input: Workload): string[] => [...command, `${input.kind}/${input.name}`, '-n', input.namespace]

const tool = <Shape extends z.ZodRawShape>(
  head: Omit<Tool, 'input' | 'args'>,
  input: Shape,
  args: (input: z.infer<z.ZodObject<Shape>>) => string[],
): Tool => ({ ...head, input, args })

export const TOOLS: readonly Tool[] = [
  tool(
    { name: 'status', description: 'What needs attention, workloads by state, collectors and destinations.' },
    {},
    () => ['status'],
  ),
  tool(
    {
      name: 'check',
      description: 'What is in the way of Odigos in this cluster, before an installation and after it.',
    },
    {},
    () => ['check'],
  ),
  tool(
    { name: 'sources', description: 'Workloads with language, agent, state and when telemetry was last seen.' },
    { namespace: namespace.optional() },
    ({ namespace: of }) => ['sources', 'list', ...(of === undefined ? [] : ['-n', of])],
  ),
  tool(
    {
      name: 'why_not',
      description: 'Why nothing of a workload arrives: how far its telemetry comes, and what mends it.',
    },
    workload,
    onWorkload('why-not'),
  ),
  tool({ name: 'describe', description: 'All that is known of a workload.' }, workload, onWorkload('describe')),
  tool(
    { name: 'explain', description: 'The decision about the next pod of a workload, rule by rule.' },
    workload,
    onWorkload('explain'),
  ),
  tool(
    { name: 'preview', description: 'What the webhook would change in the next pod of a workload, as a difference.' },
    workload,
    onWorkload('preview', '--diff'),
  ),
  tool(
    { name: 'destinations', description: 'Destinations, and what they accepted in the last five minutes.' },
    {},
    () => ['destinations', 'list'],
  ),
  tool({ name: 'actions', description: 'Actions in the order in which they run.' }, {}, () => ['actions', 'list']),
  tool(
    {
      name: 'trace_delivery',
      description: 'Sends a probe of each signal to the destinations, which receive it, and tells how far it comes.',
      writes: true,
    },
    workload,
    onWorkload('trace-delivery'),
  ),
  tool(
    { name: 'opt_in', description: 'Opts a workload in. Restarts nothing.', writes: true },
    workload,
    onWorkload('sources', 'enable'),
  ),
  tool(
    { name: 'opt_out', description: 'Opts a workload out. Restarts nothing.', writes: true },
    workload,
    onWorkload('sources', 'disable'),
  ),
]
