/** What a real gateway hands on of one request, with some Actions. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import type { ActionType } from '../../../src/api/actions/action-types.ts'
import { isOfTraces } from '../../../src/api/actions/action-types.ts'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import type { Signal } from '../../../src/api/vocabulary.ts'
import { SIGNALS } from '../../../src/api/vocabulary.ts'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import type { Selected } from '../../../src/collector/ottl.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { DISK } from '../collectors/settings.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'
import { postOtlp } from './otlp-json.ts'
import { startHttpBackend } from './recording-backend.ts'

/** An Action of all signals, unless it says otherwise; its name is that of the type. */
export const actionOf = (type: ActionType, body: object, selected?: Selected, signals: Signal[] = [...SIGNALS]) => {
  const spec = actionSpec.parse({ type, ...(isOfTraces({ type }) ? {} : { signals }), ...body })
  return { metadata: { name: type.toLowerCase(), namespace: 'odigos-system' }, spec, selected } satisfies ActionInput
}

/** Names differ by the place in the list, in which they are ordered too. */
export const inOrder = (actions: readonly ActionInput[]): ActionInput[] =>
  actions.map((action, index) => ({ ...action, metadata: { ...action.metadata, name: `action-${index}` } }))

const group = { resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } } }

/** The request that the destination receives, as text of JSON. */
export const throughActions = async (
  binary: string,
  actions: readonly ActionInput[],
  signal: Signal,
  payload: object,
): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'odigos-actions-'))
  const backend = await startHttpBackend()
  const fields = { endpoint: `http://127.0.0.1:${backend.port}`, encoding: 'json', compression: 'none' }
  const spec = { type: 'otlphttp', signals: [...SIGNALS], fields, disabled: false }
  const place = await loopbackPlace(folder)
  const destinations = [renderDestination({ name: 'sink', spec }, [])]
  const config = gatewayConfig({ group, destinations, actions, disk: DISK, place })
  const collector = collectorProcess({ binary, config, place, folder })
  try {
    await collector.start()
    assert.equal(await postOtlp(`http://127.0.0.1:${place.httpPort}`, signal, payload), 200)
    await eventuallyPasses(() => assert.ok(backend.requests.length > 0), 20_000)
    return backend.requests[0]?.body.toString('utf8') ?? ''
  } finally {
    await collector.kill()
    await backend.close()
    rmSync(folder, { recursive: true })
  }
}
