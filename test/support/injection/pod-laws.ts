/** The laws that every mutation satisfies (design, section 4), as assertions about one pod and one context. */
import assert from 'node:assert/strict'
import jsonPatch from 'fast-json-patch'
import type { Container, EnvVar, JsonPatchOperation, Pod } from '../../../src/api/kubernetes.ts'
import { decide } from '../../../src/inject/decide.ts'
import { qosClass } from '../../../src/inject/resources/added-resources.ts'
import type { Decision, DecisionContext } from '../../../src/inject/types.ts'
import { effectiveRequests } from './effective-requests.ts'
import { isWorse, podSecurity } from './pod-security.ts'

/** The pod after the patch, as the API server applies it. */
export const applyPatch = (pod: Pod, patch: readonly JsonPatchOperation[]): Pod =>
  jsonPatch.applyPatch(structuredClone(pod), structuredClone(patch) as never, true).newDocument

/** `null` in JSON counts as absent for the API server. */
const withoutNulls = (pod: Pod): Pod =>
  JSON.parse(JSON.stringify(pod), (_key, value: unknown) => (value === null ? undefined : value)) as Pod

const addedContainers = (before: Pod, after: Pod): Container[] => {
  const names = new Set((before.spec.initContainers ?? []).map(({ name }) => name))
  return (after.spec.initContainers ?? []).filter(({ name }) => !names.has(name))
}

const hasNewSidecar = (before: Pod, after: Pod): boolean =>
  addedContainers(before, after).some(({ restartPolicy }) => restartPolicy === 'Always')

const MERGED = new Set([
  'NODE_OPTIONS',
  'PYTHONPATH',
  'JAVA_TOOL_OPTIONS',
  'OTEL_RESOURCE_ATTRIBUTES',
  'ODIGOS_OTEL_RESOURCE_ATTRIBUTES',
])

const isEqual = (a: unknown, b: unknown): boolean => {
  try {
    assert.deepEqual(a, b)
    return true
  } catch {
    return false
  }
}

const isKept = (before: EnvVar, after: EnvVar): boolean => {
  if (isEqual(before, after)) return true
  if (!MERGED.has(before.name)) return false
  if (before.valueFrom)
    return after.name.startsWith(`ORIGINAL_${before.name}`) && isEqual(before.valueFrom, after.valueFrom)
  return after.name === before.name && (after.value ?? '').includes((before.value ?? '').trim())
}

/** Each of the user's entries exists in order: unchanged, or with its value inside a longer one, or under ORIGINAL_. */
const isKeptInOrder = (before: readonly EnvVar[], after: readonly EnvVar[]): boolean => {
  let position = 0
  for (const entry of before) {
    const index = after.findIndex((other, at) => at >= position && isKept(entry, other))
    if (index < 0) return false
    position = index + 1
  }
  return true
}

const assertContainerKept = (before: Container, after: Container): void => {
  const { env, volumeMounts, ...rest } = before
  for (const [field, value] of Object.entries(rest)) assert.deepEqual(after[field], value, field)
  assert.deepEqual((after.volumeMounts ?? []).slice(0, volumeMounts?.length ?? 0), volumeMounts ?? [])
  const kept = (after.env ?? []).filter(({ name }) => (env ?? []).some((entry) => entry.name === name))
  assert.ok(isKeptInOrder(env ?? [], after.env ?? []), `env of ${before.name}: ${JSON.stringify(kept)}`)
}

/** Additive: everything is kept in its order, except for the variables that an agent is merged into. */
export const assertNothingLost = (before: Pod, after: Pod): void => {
  const { containers: _before, initContainers: inits, volumes, shareProcessNamespace: shared, ...rest } = before.spec
  for (const [field, value] of Object.entries(rest)) assert.deepEqual(after.spec[field], value, `spec.${field}`)
  const isShared = hasNewSidecar(before, after) || shared
  assert.equal(after.spec.shareProcessNamespace, isShared, 'shareProcessNamespace')
  assert.deepEqual((after.spec.volumes ?? []).slice(0, volumes?.length ?? 0), volumes ?? [], 'volumes')
  assert.deepEqual((after.spec.initContainers ?? []).slice(0, inits?.length ?? 0), inits ?? [], 'initContainers')
  const { annotations, ...metadata } = before.metadata ?? {}
  for (const [field, value] of Object.entries(metadata)) assert.deepEqual(after.metadata?.[field], value, field)
  for (const [name, value] of Object.entries(annotations ?? {})) {
    if (!name.startsWith('odigos.io/injection')) assert.equal(after.metadata?.annotations?.[name], value)
  }
  assert.equal(after.spec.containers.length, before.spec.containers.length)
  for (const [index, container] of before.spec.containers.entries()) {
    assertContainerKept(container, after.spec.containers[index] as Container)
  }
}

/** `$(NAME)` of ours must refer to an entry before it. */
const assertReferences = (containers: readonly Container[]): void => {
  for (const { env = [] } of containers) {
    for (const [index, { value = '' }] of env.entries()) {
      for (const [, name] of value.matchAll(/\$\(((?:ODIGOS|ORIGINAL)_\w+)\)/g)) {
        assert.ok(
          env.slice(0, index).some((entry) => entry.name === name),
          `${name} is used before it is set`,
        )
      }
    }
  }
}

const assertUnique = (names: readonly string[], what: string): void =>
  assert.equal(new Set(names).size, names.length, `${what} are not unique: ${names.join(', ')}`)

/** The API server's validation of added parts: unique names and mount paths, and a volume for each mount. */
const assertValid = ({ spec }: Pod): void => {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  assertUnique(
    containers.map(({ name }) => name),
    'container names',
  )
  assertUnique(
    (spec.volumes ?? []).map(({ name }) => name),
    'volume names',
  )
  for (const container of containers) {
    assertUnique(
      (container.volumeMounts ?? []).map(({ mountPath }) => mountPath),
      `mount paths of ${container.name}`,
    )
  }
  assertReferences(containers)
}

/** Decides and checks the decision against every law; returns it with the changed pod. */
export const assertLaws = (pod: Pod, context: DecisionContext): { decision: Decision; after: Pod } => {
  const copy = structuredClone(pod)
  const decision = decide(pod, context)
  assert.deepEqual(pod, copy, 'the input was changed')
  const admitted = applyPatch(pod, decision.patch)
  assert.deepEqual(decide(admitted, context).patch, [], 'a second admission changes the pod')
  const [before, after] = [withoutNulls(pod), withoutNulls(admitted)]
  assertNothingLost(before, after)
  assert.equal(qosClass(after.spec), qosClass(before.spec), 'the QoS class changed')
  if (!hasNewSidecar(before, after)) {
    assert.deepEqual(effectiveRequests(after.spec), effectiveRequests(before.spec), 'the effective requests changed')
    const [was, is] = [podSecurity(before), podSecurity(after)]
    assert.ok(
      !isWorse(is.level, was.level),
      `Pod Security: ${was.level} became ${is.level}: ${is.restricted.join(', ')}`,
    )
  }
  assertValid(after)
  return { decision, after: admitted }
}
