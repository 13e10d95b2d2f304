/** What the SDK reads, and what the application sees. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const { within } = createRequire(import.meta.url)('../../../agents/nodejs/settings.cjs') as {
  within: <Result>(action: () => Result) => Result
}

/** That of ours, whoever sends. */
const INTERVAL = { OTEL_BSP_SCHEDULE_DELAY: '500' }

const variables = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('OTEL_')))

describe('settings of the Node.js agent', () => {
  let before: NodeJS.ProcessEnv
  beforeEach(() => (before = { ...process.env }))
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  })

  const seen = (env: Record<string, string>): Record<string, string | undefined> => {
    Object.assign(process.env, env)
    const result = within(variables)
    const own = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('OTEL_')))
    assert.deepEqual(variables(), own)
    return result
  }

  it("are there for the SDK only, and the user's take precedence, unless empty", () => {
    assert.deepEqual(
      seen({
        ODIGOS_OTEL_TRACES_EXPORTER: 'otlp',
        ODIGOS_OTEL_LOGS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'otlp',
        ODIGOS_OTEL_METRICS_EXPORTER: 'none',
        OTEL_METRICS_EXPORTER: '',
      }),
      { ...INTERVAL, OTEL_TRACES_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'none' },
    )
  })

  it("merge attributes by keys, of which the user's win", () => {
    assert.deepEqual(
      seen({
        ODIGOS_OTEL_RESOURCE_ATTRIBUTES: 'a=1,b=2',
        OTEL_RESOURCE_ATTRIBUTES: 'b=3,c=4',
        ODIGOS_OTEL_SERVICE_NAME: 'ours',
      }),
      { ...INTERVAL, OTEL_RESOURCE_ATTRIBUTES: 'a=1,b=3,c=4', OTEL_SERVICE_NAME: 'ours' },
    )
  })

  it("name the service unless the user's attributes do", () => {
    assert.deepEqual(seen({ ODIGOS_OTEL_SERVICE_NAME: 'ours', OTEL_RESOURCE_ATTRIBUTES: 'service.name=users' }), {
      ...INTERVAL,
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=users',
    })
  })

  for (const [env, expected] of [
    [{}, '500'],
    [{ OTEL_BSP_SCHEDULE_DELAY: '' }, '500'],
    [{ ODIGOS_OTEL_BSP_SCHEDULE_DELAY: '700' }, '700'],
    [{ ODIGOS_OTEL_BSP_SCHEDULE_DELAY: '700', OTEL_BSP_SCHEDULE_DELAY: '900' }, '900'],
  ] as const) {
    it(`contain the interval of sending: ${JSON.stringify(env)}`, () => {
      assert.equal(seen(env)['OTEL_BSP_SCHEDULE_DELAY'], expected)
    })
  }

  it('are taken out when the SDK fails, too', () => {
    process.env['ODIGOS_OTEL_TRACES_EXPORTER'] = 'otlp'
    assert.throws(() =>
      within(() => {
        throw new Error('failed')
      }),
    )
    assert.deepEqual(variables(), {})
  })
})
