import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterView } from '../../../src/view/view.ts'
import type { Hub } from '../../../ui/server/hub.ts'
import { createHub } from '../../../ui/server/hub.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'

const viewOf = (names: readonly string[], missing: string[] = []): ClusterView => ({
  status: { missing, silentSeconds: 0, systemNamespace: 'odigos-system', mode: 'OptIn', rollout: 'Manual' },
  namespaces: Object.fromEntries(names.map((name) => [name, { name, choice: 'inherit', ignored: false }])),
  workloads: {},
  destinations: {},
  collectors: {},
  actions: {},
  settings: {},
})

/** Reads a stream in the background; `ended` tells how it ended. */
const listen = (stream: ReadableStream<Uint8Array> | undefined) => {
  assert.ok(stream)
  const events: string[] = []
  const reader = stream.getReader()
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      events.push(...(/^event: (\w+)/.exec(Buffer.from(value).toString())?.slice(1) ?? []))
    }
  }
  return { events, ended: read(), leave: () => reader.cancel() }
}

describe('the hub of the streams', () => {
  let stopping: AbortController
  let view: ClusterView
  beforeEach(() => {
    stopping = new AbortController()
    view = viewOf(['shop'])
  })
  afterEach(() => stopping.abort())

  const openHub = (): Hub => createHub(() => view, stopping.signal, 100)
  const change = (hub: Hub, next: ClusterView): void => {
    view = next
    hub.markChanged()
    // Asking for the view takes over what is pending.
    hub.view()
  }
  const forever = new AbortController().signal

  it('begins a stream with the snapshot, then tells what changes, and nothing where nothing did', async () => {
    const hub = openHub()
    const { events } = listen(hub.subscribe(forever))
    change(hub, viewOf(['shop', 'bank']))
    change(hub, viewOf(['shop', 'bank']))
    await eventuallyPasses(() => assert.deepEqual(events, ['snapshot', 'changes']))
  })
  it('keeps the snapshot back until the first lists are there', async () => {
    view = viewOf([], ['Namespace', 'Deployment'])
    const hub = openHub()
    const { events } = listen(hub.subscribe(forever))
    change(hub, viewOf(['shop'], ['Deployment']))
    await sleep(20)
    assert.deepEqual(events, [])
    change(hub, viewOf(['shop']))
    await eventuallyPasses(() => assert.deepEqual(events, ['snapshot']))
  })
  it('tells after a while what is still missing', async () => {
    view = viewOf(['shop'], ['Deployment'])
    const { events } = listen(openHub().subscribe(forever))
    await eventuallyPasses(() => assert.deepEqual(events, ['snapshot']))
  })
  it('throws away what waits for a browser that does not read', async () => {
    const hub = openHub()
    const stream = hub.subscribe(forever)
    for (let count = 0; count < 300; count += 1) change(hub, viewOf([`shop-${count}`]))
    await assert.rejects(listen(stream).ended, /does not read/)
  })
  it('ends the stream of a browser that is gone, also of one that went before', async () => {
    const hub = openHub()
    const browser = new AbortController()
    const { ended } = listen(hub.subscribe(browser.signal))
    browser.abort()
    await ended
    await listen(hub.subscribe(AbortSignal.abort())).ended
  })
  it('forgets a stream that is cancelled, without an error', async () => {
    const hub = openHub()
    const { leave } = listen(hub.subscribe(forever))
    await leave()
    change(hub, viewOf(['bank']))
  })
  it('has a limit of streams, and room again when one ends', async () => {
    const hub = openHub()
    const all = Array.from({ length: 100 }, () => listen(hub.subscribe(forever)))
    assert.equal(hub.subscribe(forever), undefined)
    await all[0]?.leave()
    assert.ok(hub.subscribe(forever))
  })
  it('ends every stream when the server stops', async () => {
    const hub = openHub()
    const { ended } = listen(hub.subscribe(forever))
    stopping.abort()
    await ended
    assert.equal(hub.subscribe(forever), undefined)
  })
})
