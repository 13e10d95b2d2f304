import assert from 'node:assert/strict'
import { RELEASE } from '../../../../src/api/names.ts'
import type { CrdVerdict, FoundCrd, WantedCrd } from '../../../../src/kube/crds/judge-crds.ts'
import { judgeCrds } from '../../../../src/kube/crds/judge-crds.ts'

const A = 'actions.odigos.io'
const B = 'destinations.odigos.io'
const crd = (name: string, rest: Partial<FoundCrd> = {}): FoundCrd => ({
  name,
  isOurs: true,
  release: RELEASE,
  contentHash: 'h1',
  notEstablished: undefined,
  isBeingDeleted: false,
  ...rest,
})
/** What the instrumentor wants, and what everybody else does, who has no content to compare. */
const instrumentor: WantedCrd[] = [A, B].map((name) => ({ name, contentHash: 'h1' }))
const others: WantedCrd[] = [A, B].map((name) => ({ name }))

interface Case {
  found: FoundCrd[]
  wanted?: WantedCrd[]
  verdict: CrdVerdict['do']
  names?: string[]
  message?: RegExp
}

const cases: Record<string, Case> = {
  'all of this release': { found: [crd(A), crd(B)], verdict: 'go', names: [] },
  'none at all': {
    found: [],
    verdict: 'apply',
    names: [A, B],
    message: /^the CustomResourceDefinitions actions\.odigos\.io, destinations\.odigos\.io are missing; this process needs/,
  },
  'one missing': { found: [crd(A)], verdict: 'apply', names: [B], message: /CustomResourceDefinition dest.* is missing/ },
  'one of a release that did not write its version': {
    found: [crd(A), crd(B, { release: undefined, contentHash: undefined })],
    verdict: 'apply',
    names: [B],
    message: /^the CustomResourceDefinition destinations\.odigos\.io is of release 0\.1\.0; this process needs release/,
  },
  'one of an older release': { found: [crd(A), crd(B, { release: '0.1.9' })], verdict: 'apply', names: [B] },
  'one of a pre-release': { found: [crd(A), crd(B, { release: `${RELEASE}-rc.1` })], verdict: 'apply', names: [B] },
  'one of a version that is none': { found: [crd(A), crd(B, { release: 'x' })], verdict: 'apply', names: [B] },
  'one missing and one older': {
    found: [crd(B, { release: '0.1.0' })],
    verdict: 'apply',
    names: [A, B],
    message: /actions\.odigos\.io is missing; the CustomResourceDefinition destinations\.odigos\.io is of release 0\.1\.0;/,
  },
  'another content of the same release': {
    found: [crd(A), crd(B, { contentHash: 'h2' })],
    verdict: 'apply',
    names: [B],
  },
  'another content of the same release, for a process that applies none': {
    found: [crd(A), crd(B, { contentHash: 'h2' })],
    wanted: others,
    verdict: 'go',
    names: [],
  },
  'a newer release with another content': {
    found: [crd(A), crd(B, { release: '9.0.0', contentHash: 'h2' })],
    verdict: 'go',
    names: [B],
  },
  'a kind of another release of ours': { found: [crd(A), crd(B), crd('later.odigos.io')], verdict: 'go', names: [] },
  'one that is not established': {
    found: [crd(A), crd(B, { notEstablished: 'the short name dest is taken' })],
    verdict: 'wait',
    message: /destinations\.odigos\.io is not established: the short name dest is taken/,
  },
  'one that is being deleted, and one missing': {
    found: [crd(A, { isBeingDeleted: true })],
    verdict: 'wait',
    message: /actions\.odigos\.io is being deleted/,
  },
  'one without our label': {
    found: [crd(A), crd(B, { isOurs: false })],
    verdict: 'refuse',
    message: /^the CustomResourceDefinition destinations\.odigos\.io .* belongs to another product.*Uninstall that product/,
  },
  'one without our label, and the others missing': {
    found: [crd(B, { isOurs: false, release: undefined })],
    verdict: 'refuse',
  },
  'an unknown kind of the group without our label': {
    found: [crd(A), crd(B), crd('sources.odigos.io', { isOurs: false })],
    verdict: 'refuse',
    message: /sources\.odigos\.io/,
  },
  'one without our label that is being deleted': {
    found: [crd(A), crd(B, { isOurs: false, isBeingDeleted: true })],
    verdict: 'refuse',
  },
}

const namesOf = (verdict: CrdVerdict): string[] | undefined =>
  verdict.do === 'apply' ? verdict.names : verdict.do === 'go' ? verdict.newer : undefined

describe('CustomResourceDefinitions of a cluster', () => {
  for (const [name, { found, wanted = instrumentor, verdict, names, message }] of Object.entries(cases)) {
    it(`${name}: ${verdict}`, () => {
      const judged = judgeCrds(found, wanted)
      assert.equal(judged.do, verdict)
      if (names) assert.deepEqual(namesOf(judged), names)
      if (message) assert.match('message' in judged ? judged.message : '', message)
    })
  }

  it('are judged alike by a process that applies none, as long as the release is another', () => {
    for (const { found, wanted } of Object.values(cases)) {
      if (wanted || found.some(({ contentHash }) => contentHash === 'h2')) continue
      assert.deepEqual(judgeCrds(found, others), judgeCrds(found, instrumentor))
    }
  })
})
