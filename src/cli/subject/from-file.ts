/** Pods of manifests, without a cluster. */
import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { parseAllDocuments } from 'yaml'
import { effectiveConfig } from '../../api/kinds/odigos-config.ts'
import type { KubeObject, Pod } from '../../api/kubernetes.ts'
import { RELEASE } from '../../api/names.ts'
import { asFields, isFields } from '../../api/types/fields.ts'
import { agentImages } from '../../inject/agents/images.ts'
import { isPod } from '../../inject/pod/shape.ts'
import { trialPod } from '../../inject/pod/trial-pod.ts'
import { CliError } from '../answer.ts'
import type { Languages } from './assumed.ts'
import { assumedSpec } from './assumed.ts'
import type { Subject } from './subject.ts'

const contentOf = async (path: string): Promise<string> => {
  if (path === '-') return readAll(process.stdin)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new CliError(`the file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}

const notYaml = (path: string, error: Error): CliError =>
  new CliError(`the file ${path} is not YAML: ${error.message.split('\n')[0]}`)

/** Throws for aliases that would grow to what no manifest has, too. */
const valuesOf = (text: string, path: string): unknown[] => {
  const documents = parseAllDocuments(text)
  const problem = documents.flatMap(({ errors }) => errors)[0]
  if (problem) throw notYaml(path, problem)
  try {
    return documents.map((document): unknown => document.toJS({ maxAliasCount: 100 }))
  } catch (error) {
    throw notYaml(path, error as Error)
  }
}

/** The objects of a file with YAML documents or JSON, of a List, too. */
export const parseObjects = (text: string, path: string): KubeObject[] => {
  const flat = valuesOf(text, path).flatMap((value) => {
    const { items } = asFields(value)
    return Array.isArray(items) ? (items as unknown[]) : [value]
  })
  return flat.filter(
    (value): value is KubeObject & Record<string, unknown> => isFields(value) && isFields(value['metadata']),
  )
}

/** A pod of its own belongs to no workload, and the webhook leaves it alone: it is taken for one of a workload. */
const ownedPod = (object: KubeObject): Pod => {
  const { apiVersion, kind, metadata } = object
  const owner = { apiVersion, kind, name: metadata.name, uid: '', controller: true }
  return { ...(object as unknown as Pod), metadata: { ...metadata, ownerReferences: [owner] } }
}

/** Of a workload the pod that its controller would create. */
const podOf = (object: KubeObject): Pod | undefined => (object.kind === 'Pod' ? ownedPod(object) : trialPod(object))

export interface FileOptions {
  namespace: string
  systemNamespace: string
  languages: Languages
}

const subjectOf = (object: KubeObject, { systemNamespace, languages, ...options }: FileOptions): Subject[] => {
  const pod = podOf(object)
  if (pod === undefined) return []
  if (!isPod(pod)) throw new CliError(`the ${object.kind} ${object.metadata.name} has no valid pod template`)
  const settings = effectiveConfig(undefined)
  const { kind, apiVersion, metadata } = object
  const namespace = metadata.namespace ?? options.namespace
  const images = agentImages({ IMAGE_REGISTRY: 'odigos.local', IMAGE_TAG: RELEASE, IMAGE_PULL_POLICY: 'IfNotPresent' })
  const assumed = { languages, systemNamespace, signals: settings.signals }
  return [
    {
      title: `${kind} ${metadata.name} in ${namespace}`,
      pod,
      context: {
        // The label of the namespace is what brings a pod before the webhook.
        namespace: { name: namespace, labels: {} },
        systemNamespace,
        settings,
        configFor: assumedSpec({ apiVersion, kind, name: metadata.name }, pod, assumed),
        images,
      },
      notes: [],
    },
  ]
}

/** The pods of the objects that have any. */
export const subjectsOfObjects = (objects: readonly KubeObject[], options: FileOptions): Subject[] =>
  objects.flatMap((object) => subjectOf(object, options))

const OFFLINE =
  'Decided without a cluster: default settings, no limits of a namespace, nothing measured, and images that are examples.'

/** `path`: a file, or `-` for standard input. */
export const subjectsFromFile = async (path: string, options: FileOptions): Promise<Subject[]> => {
  const subjects = subjectsOfObjects(parseObjects(await contentOf(path), path), options)
  if (subjects.length === 0)
    throw new CliError(
      `the file ${path} has no workload`,
      'It must hold a Deployment, StatefulSet, DaemonSet, CronJob, Job or Pod.',
    )
  return subjects.map((subject) => ({ ...subject, notes: [OFFLINE] }))
}
