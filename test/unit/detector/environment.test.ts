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
      'OTEL_PROPAGATORS=b3',
    ])
    assert.deepEqual(runtimeEnvironment(env), [
      { name: 'OTEL_EXPORTER_OTLP_HEADERS', value: '' },
      { name: 'OTEL_SERVICE_NAME', value: 'shop' },
      { name: 'OTEL_PROPAGATORS', value: 'b3' },
    ])
    const many = allowedEnvironment(Array.from({ length: 500 }, (_, i) => `OTEL_X${i}=x`))
    assert.equal(runtimeEnvironment(many).length, 30)
  })

  it('tells of an endpoint the address, and nothing that can hold a secret', () => {
    const cases: [value: string, expected: string][] = [
      ['http://gateway:4317', 'http://gateway:4317'],
      ['https://otlp.test/v1/token-x?key=y#z', 'https://otlp.test'],
      ['gateway:4317', 'gateway:4317'],
      ['http://user:pw@gateway:4317', ''],
      ['http://user:p/w@gateway', ''],
      ['http://[fd00::1]:4318/', 'http://[fd00::1]:4318'],
    ]
    for (const [value, expected] of cases) {
      for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) {
        assert.deepEqual(
          runtimeEnvironment(allowedEnvironment([`${name}=${value}`])),
          [{ name, value: expected }],
          value,
        )
      }
    }
  })

  it('leaves out what Kubernetes sets for each Service, and so keeps what the user has set', () => {
    const links = ['OTEL_COLLECTOR', 'OTEL_COLLECTOR_MONITORING', 'OTEL', 'OTEL_EXPORTER_OTLP'].flatMap((service) => [
      `${service}_SERVICE_HOST=10.0.0.1`,
      `${service}_SERVICE_PORT=4317`,
      `${service}_SERVICE_PORT_OTLP_GRPC=4317`,
      `${service}_PORT=tcp://10.0.0.1:4317`,
      `${service}_PORT_4317_TCP=tcp://10.0.0.1:4317`,
      `${service}_PORT_4317_TCP_PROTO=tcp`,
      `${service}_PORT_4317_TCP_PORT=4317`,
      `${service}_PORT_4317_TCP_ADDR=10.0.0.1`,
      `${service}_PORT_6831_UDP=udp://10.0.0.1:6831`,
    ])
    const own = ['OTEL_TRACES_EXPORTER=none', 'OTEL_EXPORTER_PROMETHEUS_PORT=9464', 'OTEL_SERVICE_NAME=shop']
    const names = runtimeEnvironment(allowedEnvironment([...links, ...own])).map(({ name }) => name)
    assert.deepEqual(names, ['OTEL_TRACES_EXPORTER', 'OTEL_SERVICE_NAME', 'OTEL_EXPORTER_PROMETHEUS_PORT'])
  })

  it('tells first what decisions depend on, however much else is set', () => {
    const others = Array.from({ length: 60 }, (_, i) => `OTEL_A${i}=x`)
    const env = allowedEnvironment([
      ...others,
      'OTEL_SDK_DISABLED=true',
      'OTEL_EXPORTER_OTLP_ENDPOINT=http://x',
      'OTEL_PROPAGATORS=b3',
    ])
    const names = runtimeEnvironment(env).map(({ name }) => name)
    assert.deepEqual(names.slice(0, 3), ['OTEL_SDK_DISABLED', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_PROPAGATORS'])
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
