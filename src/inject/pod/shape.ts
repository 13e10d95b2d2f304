import type { Fields } from '../../api/types/fields.ts'
import { isFields } from '../../api/types/fields.ts'
import type { Pod } from '../../api/kubernetes.ts'

const isNonEmpty = (value: unknown): boolean => Array.isArray(value) && value.length > 0

const isOptional = (value: unknown, check: (value: unknown) => boolean): boolean =>
  value === undefined || value === null || check(value)

const isString = (value: unknown): value is string => typeof value === 'string'

const isMapOf =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    isFields(value) && Object.values(value).every(check)

const isMetadata = (value: unknown): boolean =>
  isFields(value) &&
  isOptional(value['labels'], isMapOf(isString)) &&
  isOptional(value['annotations'], isMapOf(isString))

const isListOf =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(check)

const isNamed = (value: unknown): boolean => isFields(value) && isString(value['name'])

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe']
const HOOKS = ['postStart', 'preStop']

const isVariable = (value: unknown): boolean =>
  isFields(value) &&
  isString(value['name']) &&
  isOptional(value['value'], isString) &&
  isOptional(
    value['valueFrom'],
    isMapOf((source) => isOptional(source, isFields)),
  )

const isMount = (value: unknown): boolean => isNamed(value) && isString((value as Fields)['mountPath'])

const isScalar = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number'

const isResources = (value: unknown): boolean =>
  isFields(value) && isOptional(value['requests'], isMapOf(isScalar)) && isOptional(value['limits'], isMapOf(isScalar))

const isExec = (value: unknown): boolean => isFields(value) && isOptional(value['command'], isListOf(isString))

const isProbe = (value: unknown): boolean => isFields(value) && isOptional(value['exec'], isExec)

const isLifecycle = (value: unknown): boolean =>
  isFields(value) && HOOKS.every((hook) => isOptional(value[hook], isProbe))

const hasProbes = (container: Fields): boolean =>
  PROBES.every((probe) => isOptional(container[probe], isProbe)) && isOptional(container['lifecycle'], isLifecycle)

const hasEnvironment = (container: Fields): boolean =>
  isOptional(container['env'], isListOf(isVariable)) && isOptional(container['envFrom'], isListOf(isFields))

const isContainer = (value: unknown): boolean =>
  isFields(value) &&
  isString(value['name']) &&
  isOptional(value['image'], isString) &&
  isOptional(value['command'], isListOf(isString)) &&
  isOptional(value['args'], isListOf(isString)) &&
  hasEnvironment(value) &&
  isOptional(value['volumeMounts'], isListOf(isMount)) &&
  isOptional(value['resources'], isResources) &&
  isOptional(value['securityContext'], isFields) &&
  hasProbes(value)

const isDnsConfig = (value: unknown): boolean =>
  isFields(value) &&
  ['nameservers', 'searches'].every((list) => isOptional(value[list], isListOf(isString))) &&
  isOptional(value['options'], isListOf(isFields))

const isSpec = (spec: Fields): boolean =>
  isListOf(isContainer)(spec['containers']) &&
  isOptional(spec['initContainers'], isListOf(isContainer)) &&
  isOptional(spec['volumes'], isListOf(isNamed)) &&
  isOptional(spec['imagePullSecrets'], isListOf(isFields)) &&
  isOptional(spec['securityContext'], isFields) &&
  isOptional(spec['resources'], isResources) &&
  isOptional(spec['nodeSelector'], isMapOf(isString)) &&
  isOptional(spec['os'], isFields) &&
  isOptional(spec['dnsConfig'], isDnsConfig)

/** More than any running pod has; a decision reads some of them once per container. */
const MAX_CONTAINERS = 500
const MAX_ITEMS = 20_000

const ITEMS = ['volumes', 'imagePullSecrets', 'env', 'volumeMounts']

const isBounded = (spec: Fields): boolean => {
  const lists = ['containers', 'initContainers'].map((field) => (spec[field] ?? []) as Fields[])
  const containers = lists.flat()
  const items = [spec, ...containers].flatMap((each) => ITEMS.map((field) => each[field] as unknown[] | undefined))
  const count = items.reduce((sum, list) => sum + (list?.length ?? 0), 0)
  return containers.length <= MAX_CONTAINERS && count <= MAX_ITEMS
}

/**
 * Whether the parts of a pod that decisions read have the types that Kubernetes gives them, so that nothing else has
 * to check again. What decisions do not read may be anything. `null` counts as absent, as for the API server.
 */
export const isPod = (value: unknown): value is Pod =>
  isFields(value) &&
  isOptional(value['metadata'], isMetadata) &&
  isFields(value['spec']) &&
  isNonEmpty(value['spec']['containers']) &&
  isSpec(value['spec']) &&
  isBounded(value['spec'])
