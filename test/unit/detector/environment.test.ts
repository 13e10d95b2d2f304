import assert from 'node:assert/strict'
import { allowedEnvironment, runtimeEnvironment, withoutOurs } from '../../../src/detector/environment.ts'

describe('detector: environment', () => {
  it('keeps what is on the list, and of other agents only that they are there', () => {
    const env = allowedEnvironment([
      'NODE_VERSION=20.1.0',
      'PASSWORD=x',
      'DD_TRACE_AGENT_URL=http://user:pw@h',
      'junk',
      'NODE_OPTIONS=a=b',
    ])
    assert.deepEqual(env, { NODE_VERSION: '20.1.0', DD_TRACE_AGENT_URL: 'present', NODE_OPTIONS: 'a=b' })
  })

  it('tells which variables of OpenTelemetry are there, with a value only where that is no secret', () => {
    const env = allowedEnvironment([
      'OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer x',
      'OTEL_SERVICE_NAME=shop',
      'OTEL_TRACES_SAMPLER=',
      'OTEL_bad name=x',
    ])
    assert.deepEqual(runtimeEnvironment(env), [
      { name: 'OTEL_SERVICE_NAME', value: 'shop' },
      { name: 'OTEL_TRACES_SAMPLER', value: '' },
      { name: 'OTEL_EXPORTER_OTLP_HEADERS', value: '' },
    ])
    const many = allowedEnvironment(Array.from({ length: 500 }, (_, i) => `OTEL_X${i}=x`))
    assert.equal(runtimeEnvironment(many).length, 30)
  })

  it('takes out what an agent of ours has added', () => {
    const cases: [name: string, value: string, expected: string][] = [
      ['NODE_OPTIONS', '--max-old-space-size=9 --require /var/odigos/nodejs/boot.cjs', '--max-old-space-size=9'],
      ['NODE_OPTIONS', '--require /var/odigos/nodejs/boot.cjs --require ./own.js', '--require ./own.js'],
      ['NODE_OPTIONS', '--require=/var/odigos/nodejs/boot.cjs', ''],
      ['NODE_OPTIONS', '--require  ./two-blanks.js', '--require  ./two-blanks.js'],
      ['JAVA_TOOL_OPTIONS', '-Xmx1g -javaagent:/var/odigos/java/javaagent.jar', '-Xmx1g'],
      ['PYTHONPATH', '/var/odigos/python/boot:/app:/lib', '/app:/lib'],
      ['PYTHONPATH', '/var/odigos/python/boot', ''],
    ]
    for (const [name, value, expected] of cases) assert.equal(withoutOurs(name, value), expected)
  })

  it('is empty where nothing else was set', () => {
    assert.deepEqual(
      runtimeEnvironment({
        NODE_OPTIONS: '--require /var/odigos/nodejs/boot.cjs',
        PYTHONPATH: '/app',
        JAVA_HOME: '/x',
      }),
      [{ name: 'PYTHONPATH', value: '/app' }],
    )
  })
})
