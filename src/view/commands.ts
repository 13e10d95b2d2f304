/** The equivalent of each button: a kubectl command, or a manifest for `kubectl apply`. */
import { AUTOSCALER_NAME, CONNECTION_TEST_PATH, OPT_LABEL, RECEIPT_PATH, reportsProxyPath } from '../api/names.ts'
import type { Signal } from '../api/vocabulary.ts'
import { secretName } from './destination-type.ts'
import type { Choice, WorkloadView } from './view.ts'

/** A namespace (then `namespace` is absent) or a workload. */
export interface Target {
  kind: string
  name: string
  namespace?: string
}

export const targetOf = ({ kind, name, namespace }: Pick<WorkloadView, 'kind' | 'name' | 'namespace'>): Target => ({
  kind,
  name,
  namespace,
})

export const namespaceTarget = (name: string): Target => ({ kind: 'Namespace', name })

const resourceOf = ({ kind, name, namespace }: Target): string =>
  namespace === undefined ? `namespace ${name}` : `${kind.toLowerCase()}/${name} -n ${namespace}`

export const choiceCommand = (target: Target, choice: Choice): string =>
  choice === 'inherit'
    ? `kubectl label ${resourceOf(target)} ${OPT_LABEL}-`
    : `kubectl label ${resourceOf(target)} ${OPT_LABEL}=${choice} --overwrite`

export const restartCommand = (target: Target): string => `kubectl rollout restart ${resourceOf(target)}`

/** What a delivery receipt is about. */
export type ReceiptTarget = { destination: string } | { namespace: string; kind: string; name: string }

export const receiptTarget = ({
  namespace,
  kind,
  name,
}: Pick<WorkloadView, 'kind' | 'name' | 'namespace'>): ReceiptTarget => ({
  namespace,
  kind,
  name,
})

/** Asks the autoscaler through the API server; `namespace` is that of Odigos. */
const askCommand = (file: string, path: string, namespace: string): string =>
  `kubectl create -f ${file} --raw '${reportsProxyPath(AUTOSCALER_NAME, namespace)}${path}'`

export const receiptCommand = (target: ReceiptTarget, namespace: string): string =>
  askCommand('/dev/null', `${RECEIPT_PATH}?${new URLSearchParams(target).toString()}`, namespace)

/** FILE has the Destination. */
export const connectionTestCommand = (namespace: string): string => askCommand('FILE', CONNECTION_TEST_PATH, namespace)

type Configured = Pick<WorkloadView, 'configName' | 'namespace'>

export const inspectCommand = ({ configName, namespace }: Configured): string =>
  `kubectl get instrumentationconfig ${configName} -n ${namespace} -o yaml`

/** Instruments a workload again after a rollback. */
export const tryAgainCommand = ({ configName, namespace }: Configured): string =>
  `kubectl patch instrumentationconfig ${configName} -n ${namespace} --type=json ` +
  `-p '[{"op":"remove","path":"/spec/rollback"}]'`

export const deleteDestinationCommand = (name: string, namespace: string): string =>
  `kubectl delete destination ${name} -n ${namespace}`

export interface DestinationManifest {
  name: string
  namespace: string
  type: string
  displayName?: string
  signals: readonly Signal[]
  fields: Readonly<Record<string, string>>
  /** Names of the secret fields; a manifest never contains their values. */
  secretFields: readonly string[]
}

/** A JSON string is a valid YAML string for any value. */
const quoted = (value: string): string => JSON.stringify(value)

const secretLines = ({ name, namespace, secretFields }: DestinationManifest): string[] =>
  secretFields.length === 0
    ? []
    : [
        'apiVersion: v1',
        'kind: Secret',
        'metadata:',
        `  name: ${secretName(name)}`,
        `  namespace: ${namespace}`,
        'stringData:',
        ...secretFields.map((field) => `  ${field}: "…"`),
        '---',
      ]

const fieldLines = (fields: Readonly<Record<string, string>>): string[] => {
  const entries = Object.entries(fields).filter(([, value]) => value !== '')
  return entries.length === 0 ? [] : ['  fields:', ...entries.map(([name, value]) => `    ${name}: ${quoted(value)}`)]
}

/** The Destination, and its Secret without values, as YAML. */
export const destinationManifest = (destination: DestinationManifest): string =>
  [
    ...secretLines(destination),
    'apiVersion: odigos.io/v1alpha1',
    'kind: Destination',
    'metadata:',
    `  name: ${destination.name}`,
    `  namespace: ${destination.namespace}`,
    'spec:',
    `  type: ${destination.type}`,
    ...(destination.displayName === undefined ? [] : [`  displayName: ${quoted(destination.displayName)}`]),
    `  signals: [${destination.signals.join(', ')}]`,
    ...fieldLines(destination.fields),
    ...(destination.secretFields.length === 0 ? [] : ['  secretRef:', `    name: ${secretName(destination.name)}`]),
    '',
  ].join('\n')
