/** TemplateQueries leaves no literal in a query, and changes nothing else, in a real collector. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ActionScene } from '../../support/telemetry/record-scene.ts'
import { startActionScene } from '../../support/telemetry/record-scene.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'

type Table = [query: string, templated: string][]

/** In every dialect. */
const EVERYWHERE: Table = [
  ['', ''],
  ['SELECT a, b FROM t', 'SELECT a, b FROM t'],
  ['SELECT * FROM t WHERE id = 7', 'SELECT * FROM t WHERE id = ?'],
  ['SELECT 7', 'SELECT ?'],
  ['7', '?'],
  ['\n SELECT 7 \n', 'SELECT ?'],
  ['-- nothing', ''],
  ["WHERE a = 'x'", 'WHERE a = ?'],
  ["WHERE a = ''", 'WHERE a = ?'],
  ["WHERE a = 'it''s' AND b = 'y'", 'WHERE a = ? AND b = ?'],
  ["WHERE a = 'x' AND b = 'y';\nDELETE FROM t WHERE c = 'z'", 'WHERE a = ? AND b = ?;\nDELETE FROM t WHERE c = ?'],
  ["WHERE a = 'two\nlines' AND b = c", 'WHERE a = ? AND b = c'],
  ["WHERE a = 'x\\\\' AND b = 'y'", 'WHERE a = ? AND b = ?'],
  ["WHERE a = 'c:\\dir' AND b = 'y'", 'WHERE a = ? AND b = ?'],
  // SDKs cut long queries.
  ["WHERE b = 5 AND a = 'cut o", 'WHERE b = ? AND a = ?'],
  ["WHERE a = 'it''s cut", 'WHERE a = ??'],
  ["WHERE a = '", 'WHERE a = ?'],
  ['a=1.5 b=-2 c=1e-5 d=0xFF e=.5 f=1_000', 'a=? b=-? c=? d=? e=? f=?'],
  ['SELECT t1.c2, utf8mb4_x FROM t1 -- 5', 'SELECT t1.c2, utf8mb4_x FROM t1'],
  ['SELECT größe2 FROM tablé3', 'SELECT größe2 FROM tablé3'],
  ["id IN (1, 2,3 , 'x')", 'id IN (?)'],
  ['id in(1) and x NOT IN ( -1, ? )', 'id in(?) and x NOT IN ( ? )'],
  ['id IN (SELECT 1, 2)', 'id IN (SELECT ?, ?)'],
  ['VALUES (1, 2), (3, 4)', 'VALUES (?, ?), (?, ?)'],
  ['LIMIT 10 OFFSET 20', 'LIMIT ? OFFSET ?'],
  ['WHERE a = ? AND b = $1 AND c = :name AND d = @p1', 'WHERE a = ? AND b = $1 AND c = :name AND d = @p1'],
  ['SELECT a -- 7 it is\nFROM t', 'SELECT a FROM t'],
  ["SELECT a -- it's\nFROM t WHERE b = 'x'", 'SELECT a FROM t WHERE b = ?'],
  ["/* it's 7 */ SELECT a /**/ FROM /* ** */ t", 'SELECT a FROM t'],
  ["WHERE a = '/* x' AND b = '*/'", 'WHERE a = ? AND b = ?'],
  ["WHERE a = '-- x' AND b = 'y'", 'WHERE a = ? AND b = ?'],
  ["SELECT 1 /* traceparent='00-7'", 'SELECT ?'],
  ['SELECT 3 - -4 / 2', 'SELECT ? - -? / ?'],
  ['SELECT a ?', 'SELECT a ?'],
  ["SELECT 'a\u001fb' , c\u001fd", 'SELECT ? , c d'],
  ["SELECT 'ü😀' , 5", 'SELECT ? , ?'],
  ['SELECT $$it is 7$$, 8', 'SELECT ?, ?'],
  ["SELECT $$it's $5 $a$ x$$, 8", 'SELECT ?, ?'],
  ['SELECT $$cut', 'SELECT ?'],
  ["SELECT a, $fn$ it's $q$ x $q$ $fn$, 8", 'SELECT a, ?'],
  ['SELECT v$session.x FROM v$session', 'SELECT v$session.x FROM v$session'],
  ["SELECT E'it\\'s', 'x'", 'SELECT ?, ?'],
  ["SELECT q'[it's]', q'!it's!', 'x'", 'SELECT ?, ?, ?'],
  ["SELECT N'x', date '2026-01-01', '5'::int4", 'SELECT N?, date ?, ?::int4'],
]

const DIALECTS: Record<string, { system: object; table: Table }> = {
  mysql: {
    system: { 'db.system.name': 'mysql' },
    table: [
      ["WHERE a = 'it\\'s' AND b = 'y'", 'WHERE a = ? AND b = ?'],
      ['WHERE a = "it\\"s ""7""" AND b = "y"', 'WHERE a = ? AND b = ?'],
      ["SELECT `it's 7` FROM `t` WHERE a = 'x'", "SELECT `it's 7` FROM `t` WHERE a = ?"],
      ["SELECT a # it's\nFROM t", 'SELECT a FROM t'],
    ],
  },
  postgresql: {
    system: { 'db.system': 'PostgreSQL' },
    table: [
      ['SELECT "it\'s 7" FROM "t ""5""" WHERE a = 5', 'SELECT "it\'s 7" FROM "t ""5""" WHERE a = ?'],
      ['SELECT "a -- b" FROM t', 'SELECT "a -- b" FROM t'],
      ["SELECT a #> '{b}'", 'SELECT a #> ?'],
      // Whether the text ends there depends on a setting of the server.
      ["WHERE a = 'x\\' AND b = 'y'", 'WHERE a = ?'],
      ["WHERE a = 'it\\'s secret' AND b = c", 'WHERE a = ?'],
    ],
  },
  'an unknown one': {
    system: { 'db.system': 'standard' },
    table: [
      ['WHERE a = "x 7" AND b = \'y\'', 'WHERE a = ? AND b = ?'],
      ["WHERE a = 'x\\' AND b = 'y'", 'WHERE a = ?'],
      ["SELECT a # 7, it's", 'SELECT a # ?, it?'],
      ['{"find": "users", "filter": {"age": 7}}', '{?: ?, ?: {?: ?}}'],
    ],
  },
}

/** Texts with what could end them, or begin something else. */
const SECRET = fc
  .array(
    fc.constantFrom(
      'SECRET',
      "''",
      '"',
      '`',
      '--',
      '/*',
      '*/',
      '#',
      '$',
      '$$',
      '$a$',
      '\n',
      ' ',
      ';',
      '7',
      '\\\\',
      '?',
      '(',
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''))
const without = (...parts: string[]): fc.Arbitrary<string> =>
  SECRET.filter((secret) => parts.every((part) => !secret.includes(part)))
const TOKEN = fc.oneof(
  SECRET.map((secret) => ({ token: `'${secret}'`, left: '?' })),
  without("''").map((secret) => ({ token: `E'\\'${secret}\\''`, left: '?' })),
  without('$', "''").map((secret) => ({ token: `$$'${secret}$$`, left: '?' })),
  without('*/', '/*').map((secret) => ({ token: `/*'${secret}*/`, left: '' })),
  without('\n').map((secret) => ({ token: `--'${secret}\n`, left: '' })),
  fc
    .constantFrom('name', 'n7', '"it\'s 7"', '$1', ';', ',', '-', '/', '*', '(')
    .map((token) => ({ token, left: token })),
)
const QUERIES = fc.sample(fc.array(TOKEN, { minLength: 1, maxLength: 12 }), { numRuns: 1000, seed: 7 })

describe('TemplateQueries', function () {
  this.timeout(60_000)
  let scenes: Record<'usual' | 'own', ActionScene>

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    const spec = (templateQueries: object) => ({
      type: 'TemplateQueries',
      signals: ['traces', 'logs'],
      templateQueries,
    })
    scenes = {
      usual: await startActionScene(binary, [spec({})]),
      own: await startActionScene(binary, [spec({ attributes: ['sql "$1"'] })], { namespaces: ['shop'] }),
    }
  })
  after(async () => {
    for (const scene of Object.values(scenes ?? {})) await scene.end()
  })

  for (const [name, { system, table }] of Object.entries(DIALECTS))
    for (const [attribute, signal] of [
      ['db.query.text', 'traces'],
      ['db.statement', 'logs'],
    ] as const)
      it(`replaces literals of ${name} in ${attribute} of ${signal}`, async () => {
        const cases = [...EVERYWHERE, ...table]
        const records = cases.map(([query]) => ({ attributes: { ...system, [attribute]: query } }))
        const received = await scenes.usual.pass(signal, records)
        assert.deepEqual(
          received.map(({ attributes }, index) => [cases[index]?.[0], attributes[attribute]]),
          cases,
        )
      })

  it('leaves names and no secret in queries of any tokens', async () => {
    const received = await scenes.usual.pass(
      'traces',
      QUERIES.map((tokens) => ({
        attributes: { 'db.system': 'postgresql', 'db.query.text': tokens.map(({ token }) => token).join(' ') },
      })),
    )
    const expected = QUERIES.map((tokens) => tokens.flatMap(({ left }) => (left === '' ? [] : [left])).join(' '))
    assert.deepEqual(
      received.map(({ attributes }) => attributes['db.query.text']),
      expected,
    )
  })

  it('changes nothing a second time', async () => {
    const queries = EVERYWHERE.map(([, templated]) => templated)
    const received = await scenes.usual.pass(
      'traces',
      queries.map((query) => ({ attributes: { 'db.query.text': query } })),
    )
    assert.deepEqual(
      received.map(({ attributes }) => attributes['db.query.text']),
      queries,
    )
  })

  it('reaches attributes of another name, and only what is selected', async () => {
    const attributes = { 'sql "$1"': 'SELECT 7', 'db.statement': 'SELECT 7' }
    const received = await scenes.own.pass('traces', [
      { attributes, resource: { 'k8s.namespace.name': 'shop' } },
      { attributes },
    ])
    assert.deepEqual(received[0]?.attributes, { 'sql "$1"': 'SELECT ?', 'db.statement': 'SELECT 7' })
    assert.deepEqual(received[1]?.attributes, attributes)
  })

  it('leaves what is no text', async () => {
    const [span] = await scenes.usual.pass('traces', [{ attributes: { 'db.query.text': 7, 'db.system': 7 } }])
    assert.deepEqual(span?.attributes, { 'db.query.text': '7', 'db.system': '7' })
  })
})
