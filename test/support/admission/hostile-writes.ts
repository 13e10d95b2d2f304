/** Writes of whoever has taken over one of our accounts: allowed ones and others, alone and mixed. */
import fc from 'fast-check'
import type { Fields } from '../../../src/api/types/fields.ts'
import { isFields } from '../../../src/api/types/fields.ts'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { OPT_LABEL, RENEWAL_ANNOTATION, RESTARTED_AT_ANNOTATION } from '../../../src/api/names.ts'

const WORDS = ['enabled', 'disabled', 'privileged', 'a', '']
const text = fc.constantFrom(...WORDS)
const textOrNothing = fc.option(text, { nil: null })
const KEYS = [OPT_LABEL, RESTARTED_AT_ANNOTATION, RENEWAL_ANNOTATION, 'app', 'mine', 'a.example/b', `${OPT_LABEL}x`]
const map = fc.dictionary(fc.constantFrom(...KEYS), textOrNothing, { minKeys: 1, maxKeys: 2 })

/** Puts a value at a path of an object. */
const at = (path: string, value: unknown): object =>
  path.split('/').reduceRight((inner, key): unknown => ({ [key]: inner }), value) as object

const place = (path: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<object> => value.map((each) => at(path, each))

const OWNER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' }
const CONTAINERS = [{ name: 'app', image: 'evil:1', securityContext: { privileged: true } }]

/** Merge patches of one place each. Half of them are what an account may do. */
const PLACES: readonly fc.Arbitrary<object>[] = [
  place('metadata/labels', map),
  place('metadata/labels', fc.constantFrom({ [OPT_LABEL]: 'enabled' }, { [OPT_LABEL]: null }, null)),
  place('metadata/annotations', map),
  place('metadata/annotations', fc.constantFrom({ [RENEWAL_ANNOTATION]: 'suspended' }, null)),
  place('metadata/finalizers', fc.constantFrom(['a.example/b'], [], null)),
  place('metadata/ownerReferences', fc.constantFrom([OWNER], null)),
  place('spec/template/metadata/annotations', map),
  place(
    'spec/template/metadata/annotations',
    text.map((value) => ({ [RESTARTED_AT_ANNOTATION]: value })),
  ),
  place('spec/template/metadata/annotations', fc.constant(null)),
  place('spec/template/metadata/labels/mine', textOrNothing),
  place('spec/template/spec/containers', fc.constant(CONTAINERS)),
  place('spec/template/spec/serviceAccountName', text),
  place('spec/template/spec/hostPID', fc.boolean()),
  place('spec/template/spec/nodeSelector', fc.constantFrom({ a: 'b' }, null)),
  place('spec/replicas', fc.constantFrom(0, 9, null)),
  place('spec/paused', fc.boolean()),
  place('spec/minReadySeconds', fc.constantFrom(0, 1000)),
  place('spec/suspend', fc.boolean()),
  place('spec/parallelism', fc.constantFrom(0, 9)),
  place('spec/schedule', fc.constant('* * * * *')),
  place('spec/jobTemplate/spec/template/spec/containers', fc.constant(CONTAINERS)),
  place('spec/finalizers', fc.constantFrom([], ['kubernetes'])),
]

export const merged = (a: Fields, b: Fields): Fields => {
  const both = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const before = both[key]
    both[key] = isFields(before) && isFields(value) ? merged(before, value) : value
  }
  return both
}

/** A patch, and whether it is applied in place of the owner of the fields, which removes what it does not name. */
export interface HostileWrite {
  patch: object
  isApply: boolean
}

export const hostileWrite: fc.Arbitrary<HostileWrite> = fc.record({
  patch: fc
    .array(fc.oneof(...PLACES), { minLength: 1, maxLength: 3 })
    .map((patches) => patches.reduce((a, b) => merged(a as Fields, b as Fields), {})),
  isApply: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
})

const without = (fields: unknown, ...keys: string[]): Fields => {
  const kept: Fields = isFields(fields) ? { ...fields } : {}
  for (const key of keys) delete kept[key]
  return kept
}

/** Set by the API server at each change of the template. */
const GENERATION = 'deprecated.daemonset.template.generation'

/** What is left of an object without what the API server sets at each write, and without what the account may change. */
export const untouchable = (object: KubeObject, isUi: boolean): unknown => {
  const { kind, metadata, status: _status, ...rest } = object as KubeObject & { status?: unknown; spec?: Fields }
  const isJob = kind === 'Job' && !isUi
  const kept = without(metadata, 'resourceVersion', 'generation', 'managedFields')
  const spec = without(rest.spec, ...(isJob ? ['suspend'] : []))
  const template = isFields(spec['template']) ? spec['template'] : undefined
  const pod = without(template?.['metadata'])
  const isRestartable = ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)
  const notes = without(pod['annotations'], ...(isRestartable ? [RESTARTED_AT_ANNOTATION] : []))
  return {
    ...rest,
    metadata: {
      ...kept,
      labels: without(metadata.labels, ...(isUi ? [OPT_LABEL] : [])),
      annotations: without(metadata.annotations, GENERATION, ...(isJob ? [RENEWAL_ANNOTATION] : [])),
    },
    spec: template ? { ...spec, template: { ...template, metadata: { ...pod, annotations: notes } } } : spec,
  }
}
