/** TemplateURLs replaces in a real collector what varies in paths, and nothing else. */
import assert from 'node:assert/strict'
import type { ActionScene, SentRecord } from '../../support/telemetry/record-scene.ts'
import { startActionScene } from '../../support/telemetry/record-scene.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'

const UUID = '123e4567-e89b-12d3-a456-426614174000'
const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV'

/** With identifiers only. */
const FOUND: [path: string, templated: string][] = [
  ['/', '/'],
  ['', ''],
  ['/users', '/users'],
  ['/users/7', '/users/{id}'],
  ['/users/7/', '/users/{id}/'],
  ['/7', '/{id}'],
  ['/1/2/3/4/5', '/{id}/{id}/{id}/{id}/{id}'],
  ['/users/7/orders/8', '/users/{id}/orders/{id}'],
  [`/users/${UUID}`, '/users/{id}'],
  [`/users/${UUID.toUpperCase()}/x`, '/users/{id}/x'],
  [`/users/${UUID}0`, `/users/${UUID}0`],
  [`/o/${ULID}`, '/o/{id}'],
  [`/o/${ULID.toLowerCase()}`, '/o/{id}'],
  ['/o/507f1f77bcf86cd799439011', '/o/{id}'],
  ['/o/deadbeef', '/o/deadbeef'],
  ['/mail/ann@example.com/inbox', '/mail/{email}/inbox'],
  ['/mail/ann%40mail.example.com', '/mail/{email}'],
  ['/@ann', '/@ann'],
  ['/v1/items', '/v1/items'],
  ['/items/7a', '/items/7a'],
  ['/items/a-7', '/items/a-7'],
  ['/items/{id}', '/items/{id}'],
  ['users/7x', 'users/7x'],
]

const TEMPLATES = [
  '/users/{id}/orders/{order}',
  '/users/{name}',
  '/2/{version}/x.y',
  '/price/$5/{what}',
  '/c/${x}',
  '/files/{name}.json',
  '/{tenant}/home',
]
/** With templates and identifiers. */
const TEMPLATED: [path: string, templated: string][] = [
  ['/users/7/orders/8', '/users/{id}/orders/{order}'],
  ['/users/ann', '/users/{name}'],
  ['/users/7', '/users/{name}'],
  ['/users/ann/', '/users/{name}/'],
  ['/users/ann?q=7', '/users/{name}?q=7'],
  ['/users/ann?q=\n7', '/users/{name}?q=\n7'],
  ['/users/ann/photos', '/users/ann/photos'],
  ['/users/', '/users/'],
  ['/users//orders/8', '/users//orders/{id}'],
  // A number in a template stays.
  ['/2/7/x.y', '/2/{version}/x.y'],
  ['/2/7/xzy', '/{id}/{id}/xzy'],
  ['/price/$5/beer', '/price/$5/{what}'],
  ['/c/$abc', '/c/${x}'],
  ['/files/a.b.json', '/files/{name}.json'],
  ['/files/a.b', '/files/a.b'],
  ['/users/home', '/users/{name}'],
  ['/acme/home', '/{tenant}/home'],
  // What a template has made is not matched by another.
  ['/{other}/home', '/{other}/home'],
  ['/other/8', '/other/{id}'],
]

interface NameCase {
  record: SentRecord
  name: string
}

const NAMES: Record<string, NameCase> = {
  'a server span': { record: { name: 'GET /users/7' }, name: 'GET /users/{id}' },
  'a client span': { record: { name: 'HTTP GET /users/7', kind: 3 }, name: 'HTTP GET /users/{id}' },
  'a path alone': { record: { name: '/users/7' }, name: '/users/{id}' },
  'a span with a route': {
    record: { name: 'GET /7', attributes: { 'http.route': '/7' } },
    name: 'GET /7',
  },
  'an internal span': { record: { name: 'GET /users/7', kind: 1 }, name: 'GET /users/7' },
  'no path': { record: { name: 'send to /users/7' }, name: 'send to /users/7' },
}

const valuesOf = async (scene: ActionScene, name: string, values: readonly string[], signal: 'traces' | 'logs') =>
  (
    await scene.pass(
      signal,
      values.map((value) => ({ attributes: { [name]: value } })),
    )
  ).map(({ attributes }) => attributes[name])

describe('TemplateURLs', function () {
  this.timeout(60_000)
  let scenes: Record<'found' | 'templated' | 'only' | 'others', ActionScene>

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    const spec = (templateURLs: object) => ({ type: 'TemplateURLs', signals: ['traces', 'logs'], templateURLs })
    scenes = {
      found: await startActionScene(binary, [spec({}), spec({})]),
      templated: await startActionScene(binary, [spec({ templates: TEMPLATES })]),
      only: await startActionScene(binary, [spec({ templates: TEMPLATES, identifiers: 'Keep' })]),
      others: await startActionScene(binary, [spec({})], { namespaces: ['other'] }),
    }
  })
  after(async () => {
    for (const scene of Object.values(scenes ?? {})) await scene.end()
  })

  for (const signal of ['traces', 'logs'] as const)
    for (const name of ['url.path', 'http.target'])
      it(`replaces identifiers in ${name} of ${signal}, once and for all`, async () => {
        const paths = FOUND.map(([path]) => path)
        const templated = await valuesOf(scenes.found, name, paths, signal)
        assert.deepEqual(
          templated.map((each, index) => [paths[index], each]),
          FOUND,
        )
      })

  it('replaces what a template matches, and identifiers elsewhere', async () => {
    const templated = await valuesOf(
      scenes.templated,
      'http.target',
      TEMPLATED.map(([path]) => path),
      'traces',
    )
    assert.deepEqual(
      templated.map((each, index) => [TEMPLATED[index]?.[0], each]),
      TEMPLATED,
    )
  })

  it('keeps identifiers where it is told so', async () => {
    const paths = ['/other/8', '/users/8']
    assert.deepEqual(await valuesOf(scenes.only, 'url.path', paths, 'traces'), ['/other/8', '/users/{name}'])
  })

  for (const [title, { record, name }] of Object.entries(NAMES))
    it(`names ${title}`, async () => {
      const [span] = await scenes.found.pass('traces', [record])
      assert.equal(span?.name, name)
    })

  it('names by a template', async () => {
    const [span] = await scenes.templated.pass('traces', [{ name: 'DELETE /users/ann' }])
    assert.equal(span?.name, 'DELETE /users/{name}')
  })

  it('leaves numbers and other attributes', async () => {
    const [span] = await scenes.found.pass('traces', [{ attributes: { 'url.path': 7, other: '/users/7' } }])
    assert.deepEqual(span?.attributes, { 'url.path': '7', other: '/users/7' })
  })

  it('changes only what is selected', async () => {
    const attributes = { 'url.path': '/users/7' }
    const [mine, other] = await scenes.others.pass('traces', [
      { attributes, name: 'GET /7', resource: { 'k8s.namespace.name': 'shop' } },
      { attributes, name: 'GET /7', resource: { 'k8s.namespace.name': 'other' } },
    ])
    assert.deepEqual([mine?.name, mine?.attributes['url.path']], ['GET /7', '/users/7'])
    assert.deepEqual([other?.name, other?.attributes['url.path']], ['GET /{id}', '/users/{id}'])
  })
})
