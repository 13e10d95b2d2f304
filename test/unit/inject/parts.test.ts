import assert from 'node:assert/strict'
import type { PodSpec, Resources, SecurityContext } from '../../../src/api/kubernetes.ts'
import { addHook, isConflict } from '../../../src/inject/environment/hook.ts'
import { isSameImage, parseImage } from '../../../src/inject/pod/image-reference.ts'
import { parseQuantity, smallerQuantity } from '../../../src/inject/resources/quantity.ts'
import { imageVersion } from '../../../src/inject/environment/resource-attributes.ts'
import { qosClass } from '../../../src/inject/resources/added-resources.ts'
import { enforcedLevel, restrictedContext } from '../../../src/inject/delivery/security.ts'
import { RECIPES } from '../../../src/inject/agents/index.ts'

describe('quantities', () => {
  const cases: [unknown, number | undefined][] = [
    ['1', 1],
    [2, 2],
    ['500m', 0.5],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['100k', 100_000],
    ['1e3', 1000],
    ['12E', 12e18],
    ['.5', 0.5],
    ['', undefined],
    ['1 Gi', undefined],
    ['Gi', undefined],
  ]
  for (const [text, number] of cases) it(String(text), () => assert.equal(parseQuantity(text), number))

  it('the smaller of two is kept as it was written', () => {
    assert.equal(smallerQuantity('1Gi', '1000Mi'), '1000Mi')
    assert.equal(smallerQuantity('64Mi', '64Mi'), '64Mi')
    assert.equal(smallerQuantity('64Mi', 'rubbish'), '64Mi')
  })
})

describe('the version in an image reference', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const cases: Record<string, string | undefined> = {
    'app:1.2': '1.2',
    'registry.test:5000/app': undefined,
    'registry.test:5000/team/app:v1': 'v1',
    [`app@${digest}`]: digest,
    [`registry.test:5000/app:v1@${digest}`]: `v1@${digest}`,
    app: undefined,
    '': undefined,
  }
  for (const [image, version] of Object.entries(cases)) {
    it(image || 'none', () => assert.equal(imageVersion(image), version))
  }
})

describe('an image reference', () => {
  const cases: Record<string, object> = {
    node: { repository: 'docker.io/library/node' },
    'team/app:1': { repository: 'docker.io/team/app', tag: '1' },
    'index.docker.io/node:22': { repository: 'docker.io/library/node', tag: '22' },
    'localhost/app': { repository: 'localhost/app' },
    'registry:5000/app': { repository: 'registry:5000/app' },
    'registry.test/a/b:v1@sha256:00': { repository: 'registry.test/a/b', tag: 'v1', digest: 'sha256:00' },
  }
  for (const [reference, parts] of Object.entries(cases)) {
    it(reference, () => assert.deepEqual(parseImage(reference), parts))
  }

  // A pattern that backtracks takes minutes here: the test then runs into mocha's limit.
  it('of any text is taken apart', () => {
    for (const text of ['@', '\n@', ':', '/', '@:/']) {
      const hostile = `${text.repeat(200_000)}\n`
      isSameImage(hostile, 'app')
      imageVersion(hostile)
    }
    assert.equal(parseQuantity(`${'1'.repeat(200_000)}x`), undefined)
  })
})

describe('the QoS class', () => {
  const both = { cpu: '1', memory: '1Gi' }
  const pod = (...all: Resources[]): PodSpec => ({ containers: all.map((resources) => ({ name: 'a', resources })) })
  it('is BestEffort without requests and limits', () => assert.equal(qosClass(pod({}, {})), 'BestEffort'))
  it('is BestEffort with devices only', () =>
    assert.equal(qosClass(pod({ limits: { 'nvidia.com/gpu': '1' } })), 'BestEffort'))
  it('is Guaranteed with limits only', () => assert.equal(qosClass(pod({ limits: both })), 'Guaranteed'))
  it('is Guaranteed for equal amounts, however written', () =>
    assert.equal(qosClass(pod({ limits: both, requests: { cpu: '1000m', memory: '1024Mi' } })), 'Guaranteed'))
  it('is Burstable where one container says nothing', () =>
    assert.equal(qosClass(pod({ limits: both }, {})), 'Burstable'))
  it('is Burstable without a limit of memory', () => assert.equal(qosClass(pod({ limits: { cpu: '1' } })), 'Burstable'))
  it('is what the pod as a whole says', () =>
    assert.equal(qosClass({ ...pod({}), resources: { limits: both } }), 'Guaranteed'))
})

describe('Pod Security', () => {
  const label = 'pod-security.kubernetes.io/enforce'
  it('is not restricted without a label', () => assert.equal(enforcedLevel({}).level, 'privileged'))
  it('is what the cluster says without a label', () => {
    assert.equal(enforcedLevel({}, 'baseline').level, 'baseline')
    assert.equal(enforcedLevel({ [label]: 'privileged' }, 'baseline').level, 'privileged')
  })
  it('is as restricted as can be for labels that are not known', () =>
    assert.equal(enforcedLevel(undefined).level, 'restricted'))
  it('is restricted for a word that is none', () => assert.equal(enforcedLevel({ [label]: 'x' }).level, 'restricted'))
  it('is what the label says', () => assert.equal(enforcedLevel({ [label]: 'baseline' }).level, 'baseline'))

  it('the copying container is the user of its neighbour, of the pod, or nobody, but never root', () => {
    const user = (own: SecurityContext, ofPod: SecurityContext): number | undefined =>
      restrictedContext({ name: 'a', securityContext: own }, { containers: [], securityContext: ofPod }).runAsUser
    assert.equal(user({ runAsUser: 5 }, { runAsUser: 6 }), 5)
    assert.equal(user({}, { runAsUser: 6 }), 6)
    assert.equal(user({ runAsUser: 0 }, { runAsUser: 6 }), 65532)
    assert.equal(user({}, {}), 65532)
  })
})

describe('recipes', () => {
  for (const [agent, recipe] of Object.entries(RECIPES)) {
    it(`${agent} says its own name`, () => assert.equal(recipe.agent, agent))
    if (recipe.delivery !== 'files') continue
    const { addTo } = recipe.hook
    it(`${agent} is added once`, () => {
      for (const value of ['', 'x', '-x ', '/a:/b']) {
        assert.equal(addTo(addTo(value)), addTo(value))
        assert.ok(addTo(value).includes(value))
      }
    })
    it(`${agent} has paths without spaces`, () => assert.doesNotMatch(addTo('').replace('--require ', ''), / /))
  }
})

describe('a variable that an agent shares', () => {
  const hook = { name: 'NODE_OPTIONS', addTo: (value: string) => `${value} --require x`.trim() }

  it('is not written over a value that was left out as a possible secret', () => {
    assert.ok(isConflict(addHook([], hook, '')))
    assert.deepEqual(addHook([{ name: 'NODE_OPTIONS', value: 'a' }], hook, ''), {
      env: [{ name: 'NODE_OPTIONS', value: 'a --require x' }],
      from: "the container's NODE_OPTIONS",
    })
  })
})
