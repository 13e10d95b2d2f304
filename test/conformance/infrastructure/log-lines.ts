/** Lines of the logs of containers, and the records that are to become of them. */
import { criLine } from '../../support/telemetry/infrastructure-scene.ts'
import type { ReceivedLog } from '../../support/telemetry/received-file.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

/** Each case is a container of its own. */
export const RECORDS: Record<string, { lines: string[]; records: string[] }> = {
  'a line that the runtime has split': {
    lines: [criLine('a'.repeat(16_384), { tag: 'P' }), criLine('b'.repeat(16_384), { tag: 'P' }), criLine('c')],
    records: [`${'a'.repeat(16_384)}${'b'.repeat(16_384)}c`],
  },
  'split lines of both streams between each other': {
    lines: [
      criLine('1', { tag: 'P' }),
      criLine('2', { stream: 'stderr' }),
      criLine('3', { tag: 'P' }),
      criLine('x', { tag: 'P', stream: 'stderr' }),
      criLine('4'),
      criLine('y', { stream: 'stderr' }),
    ],
    records: ['134', '2', 'xy'],
  },
  'a split line without an end': { lines: [criLine('half', { tag: 'P' })], records: ['half'] },
  'a stack trace of Java': {
    lines: [
      criLine('ERROR request failed'),
      criLine('java.lang.IllegalStateException: no stock'),
      criLine('\tat shop.Cart.add(Cart.java:17)'),
      criLine('Caused by: java.io.IOException: broken'),
      criLine('\t... 3 more'),
      criLine('INFO next'),
    ],
    records: [
      'ERROR request failed\njava.lang.IllegalStateException: no stock\n\tat shop.Cart.add(Cart.java:17)\nCaused by: java.io.IOException: broken\n\t... 3 more',
      'INFO next',
    ],
  },
  'a traceback of Python': {
    lines: [
      criLine('failed'),
      criLine('Traceback (most recent call last):'),
      criLine('  File "app.py", line 3, in <module>'),
      criLine('ValueError: no stock'),
      criLine('next'),
    ],
    records: [
      'failed\nTraceback (most recent call last):\n  File "app.py", line 3, in <module>\nValueError: no stock',
      'next',
    ],
  },
  'lines of both streams, each with its own stack trace': {
    lines: [
      criLine('out 1'),
      criLine('err 1', { stream: 'stderr' }),
      criLine('  out 2'),
      criLine('  err 2', { stream: 'stderr' }),
    ],
    records: ['err 1\n  err 2', 'out 1\n  out 2'],
  },
  'the time of CRI-O': {
    lines: [criLine('zone', { time: '2026-01-02T05:04:05.678901234+02:00' })],
    records: ['zone'],
  },
  'an empty line': { lines: [criLine('before'), criLine(''), criLine('after')], records: ['before', '', 'after'] },
  'two tags': { lines: [criLine('tagged', { tag: 'F:x' })], records: ['tagged'] },
  'what is not in the format': { lines: ['not of the CRI\n'], records: ['not of the CRI'] },
  'bytes that are no text': { lines: [criLine('caf\u00e9 \u0000 \u{1f600}')], records: ['caf\u00e9 \u0000 \u{1f600}'] },
  'text that looks like a variable': { lines: [criLine('$HOME ${env:HOME}')], records: ['$HOME ${env:HOME}'] },
}

/** Fields of JSON, and the attributes that are to become of them. */
export const FIELDS = {
  line: '{"message":"sold","id":9007199254740993,"user":-1234567890123456789,"huge":12345678901234567890,"price":1.5,"n":12,"ok":true,"none":null,"list":[9007199254740993],"k8s.pod.name":"mine"}',
  attributes: {
    id: '9007199254740993',
    user: '-1234567890123456789',
    huge: Number('12345678901234567890'),
    price: 1.5,
    n: 12,
    ok: true,
    list: ['9007199254740993'],
    'k8s.pod.name': 'mine',
  },
}

export const JSON_CASES: Record<string, { line: string; expected: Partial<ReceivedLog> }> = {
  'fields, message and level': {
    line: JSON.stringify({ message: 'sold', level: 'warn', item: 7, deep: { a: [1] } }),
    expected: { body: 'sold', severity: 'warn', severityNumber: 13 },
  },
  'the numbers of pino': {
    line: JSON.stringify({ level: 50, msg: 'failed', trace_id: TRACE, span_id: SPAN, trace_flags: '01' }),
    expected: { body: 'failed', severityNumber: 17, traceId: TRACE, spanId: SPAN },
  },
  'ids of Python': {
    line: JSON.stringify({ message: 'x', otelTraceID: TRACE, otelSpanID: SPAN }),
    expected: { body: 'x', traceId: TRACE, spanId: SPAN },
  },
  'ids in text': {
    line: `12:00 INFO [trace_id=${TRACE} span_id=${SPAN}] sold`,
    expected: { body: `12:00 INFO [trace_id=${TRACE} span_id=${SPAN}] sold`, traceId: TRACE, spanId: SPAN },
  },
  'ids of no span': {
    line: JSON.stringify({ message: 'idle', otelTraceID: '0', otelSpanID: '0' }),
    expected: { body: 'idle', traceId: '', spanId: '' },
  },
  'ids that are too long or none': {
    line: JSON.stringify({ message: 'odd', trace_id: `${TRACE}0`, span_id: 5 }),
    expected: { body: 'odd', traceId: '', spanId: '' },
  },
  'JSON that ends too early': { line: '{"message": "half', expected: { body: '{"message": "half' } },
  'JSON without a message': { line: '{"a":1}', expected: { body: '{"a":1}' } },
  'a message that is no text': { line: '{"message":{"a":1}}', expected: { body: '{"message":{"a":1}}' } },
  'nothing of what only looks like JSON': { line: '{"a":1} {"a":2}', expected: { body: '{"a":1} {"a":2}' } },
  'a field of our own names': {
    line: '{"message":"forged","uid":"x","tag":"P","stream":"stderr","odigos.json":"x","namespace":"other"}',
    expected: { body: 'forged' },
  },
  'many levels': { line: `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, expected: { severityNumber: 0 } },
  'a list': { line: '[1,2]', expected: { body: '[1,2]' } },
}
