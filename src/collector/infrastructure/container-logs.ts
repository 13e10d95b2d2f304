/**
 * Reads the logs of containers as the kubelet keeps them: /var/log/pods/NAMESPACE_POD_UID/CONTAINER/RESTARTS.log in the format of the CRI. The
 * patterns name namespaces and not pods, so that a collector needs no other configuration when pods come and go.
 */
import type { ContainerLogs } from '../../api/kinds/infrastructure.ts'
import type { CollectorPlace, ComponentConfig, Components } from '../config.ts'
import { RETRY } from '../delivery/queue.ts'
import { literal } from '../ottl.ts'

export const OFFSETS = 'file_storage/offsets'

/** Apart from the queues: a full or damaged one costs no offsets. */
export const offsetStorage = ({ offsetDirectory }: CollectorPlace, fsync: boolean): Components => ({
  [OFFSETS]: { directory: offsetDirectory, create_directory: true, timeout: '10s', fsync, recreate: true },
})

/** A record is at most this long; the rest becomes further records. */
const MAX_RECORD = '1MiB'
/** A line that waits for others is handed on after this long. */
const FLUSH = '1s'
/** Streams of containers on one node; with more, records would be cut short. */
const MAX_SOURCES = 10_000

const PATH = String.raw`^.*/(?P<namespace>[^_/]+)_(?P<pod>[^_/]+)_(?P<uid>[^_/]+)/(?P<container>[^/]+)/(?P<restarts>\d+)\.log(\.[\d-]+)?$$`
const CRI = String.raw`^(?P<time>[^ ]+) (?P<stream>stdout|stderr) (?P<tag>[^ ]+)( (?P<log>(?s:.*)))?$$`

/** Lines of a stack trace, or of anything that is indented, in the languages that are instrumented. */
const CONTINUATION = String.raw`^(\s|Caused by: |Suppressed: |Traceback \(most recent call last\):|During handling of the above exception|The above exception was the direct cause|([A-Za-z_$$][\w$$]*\.)*[A-Za-z_$$][\w$$]*(Error|Exception)(:|$$)|[\])}]+[,;]?$$)`

const SOURCE = 'odigos.source'

const move = (from: string, to: string): ComponentConfig => ({
  type: 'move',
  from: `attributes.${from}`,
  to,
  if: `attributes.${from} != nil`,
})

const RESOURCE: Record<string, string> = {
  namespace: 'k8s.namespace.name',
  pod: 'k8s.pod.name',
  uid: 'k8s.pod.uid',
  container: 'k8s.container.name',
}

const recombine = (id: string, more: ComponentConfig): ComponentConfig => ({
  type: 'recombine',
  id,
  combine_field: 'body',
  source_identifier: `attributes["${SOURCE}"]`,
  max_log_size: MAX_RECORD,
  max_sources: MAX_SOURCES,
  max_batch_size: 0,
  max_unmatched_batch_size: 0,
  force_flush_period: FLUSH,
  ...more,
})

/** A line of the CRI: when, which stream, whether it goes on in the next line, and the text. */
const parseLine = (): ComponentConfig[] => [
  {
    type: 'regex_parser',
    id: 'path',
    regex: PATH,
    parse_from: 'attributes["log.file.path"]',
    on_error: 'send_quiet',
  },
  {
    type: 'regex_parser',
    id: 'cri',
    regex: CRI,
    timestamp: { parse_from: 'attributes.time', layout_type: 'gotime', layout: '2006-01-02T15:04:05.999999999Z07:00' },
    // What is not in the format is handed on as it is.
    on_error: 'send_quiet',
  },
  {
    type: 'add',
    id: 'source',
    field: `attributes["${SOURCE}"]`,
    value:
      'EXPR(join([attributes.uid ?? "", attributes.container ?? "", attributes.restarts ?? "", attributes.stream ?? ""], "/"))',
  },
  { ...move('log', 'body'), id: 'text', if: 'attributes.tag != nil and attributes.log != nil' },
  // The text of an empty line is absent.
  {
    type: 'add',
    id: 'no-text',
    field: 'body',
    value: '',
    if: 'attributes.tag != nil and body startsWith attributes.time',
  },
]

const isFirst = ({ firstLinePattern }: ContainerLogs): string =>
  firstLinePattern === undefined
    ? `not (body matches ${JSON.stringify(CONTINUATION)})`
    : `body matches ${literal(firstLinePattern)}`

const combine = (logs: ContainerLogs): ComponentConfig[] => [
  // Each stream by itself: lines of stdout and stderr that are split stand between each other.
  recombine('partial', { is_last_entry: 'attributes.tag == nil or attributes.tag startsWith "F"', combine_with: '' }),
  ...(logs.multiline || logs.firstLinePattern !== undefined
    ? [recombine('multiline', { is_first_entry: isFirst(logs), combine_with: '\n' })]
    : []),
]

/** What a record is as JSON, until its fields are attributes. */
export const PARSED = 'odigos.json'

/** Here and not in a statement, in which all numbers become floating-point and ids of more than 15 digits other ones. */
const parseObject = ({ parseJson }: ContainerLogs): ComponentConfig[] =>
  parseJson
    ? [
        {
          type: 'json_parser',
          id: 'json',
          parse_from: 'body',
          parse_to: `attributes["${PARSED}"]`,
          parse_ints: true,
          if: `body matches ${JSON.stringify('^\\s*[{]')}`,
          on_error: 'send_quiet',
        },
      ]
    : []

const finish = (): ComponentConfig[] => [
  ...Object.entries(RESOURCE).map(([from, to]) => move(from, `resource["${to}"]`)),
  move('stream', 'attributes["log.iostream"]'),
  // Not of the resource, which is that of the spans.
  move('restarts', 'attributes["k8s.container.restart_count"]'),
  ...['time', 'tag', `["${SOURCE}"]`].map((name) => {
    const field = name.startsWith('[') ? `attributes${name}` : `attributes.${name}`
    return { type: 'remove', field, if: `${field} != nil` }
  }),
]

/**
 * Names of namespaces have no characters with a meaning in patterns. The rotated file is read as well: while the collector was away, the kubelet
 * may have renamed what was not read yet. One pattern for both, since each makes the collector list the folder each time.
 */
const filesOf = ({ logDirectory }: CollectorPlace, namespace: string): string =>
  `${logDirectory}/${namespace}_*_*/*/*.log*`

export interface LogFiles {
  logs: ContainerLogs
  /** Sorted. */
  namespaces: readonly string[]
  /** Of Odigos; its collectors would read what they write about what they read. */
  excluded: string
}

export const fileReceiver = (place: CollectorPlace, { logs, namespaces, excluded }: LogFiles): ComponentConfig => ({
  include: namespaces.map((namespace) => filesOf(place, namespace)),
  exclude: [`${place.logDirectory}/${excluded}_*_*/*/*`, '**/*.gz', '**/*.tmp'],
  include_file_path: true,
  include_file_name: false,
  // The first lines of a pod, which say why it does not start, are there before its file is found. Offsets outlive the collector.
  start_at: 'beginning',
  storage: OFFSETS,
  poll_interval: '1s',
  max_log_size: MAX_RECORD,
  // A refusal, as at the limit of memory, holds reading up. By default, what is refused is gone.
  retry_on_failure: RETRY,
  operators: [...parseLine(), ...combine(logs), ...parseObject(logs), ...finish()],
})
