/** Numbered requests to the shop, and the numbers that arrive at the trace backend. */
import { setTimeout as sleep } from 'node:timers/promises'
import { watchSpans } from '../cluster/demo.ts'

export interface NumberedRequests {
  /** Those with a successful response. */
  answered: ReadonlySet<number>
  stop: () => Promise<void>
}

/** A request every 200 ms. */
export const startRequests = (url: string): NumberedRequests => {
  const answered = new Set<number>()
  let isOver = false
  const run = async (): Promise<void> => {
    for (let sequence = 0; !isOver; sequence += 1) {
      const response = await fetch(`${url}/checkout?sku=mug&sequence=${sequence}`).catch(() => undefined)
      await response?.arrayBuffer().catch(() => undefined)
      if (response?.ok) answered.add(sequence)
      await sleep(200)
    }
  }
  const running = run()
  return {
    answered,
    stop: async (): Promise<void> => {
      isOver = true
      await running
    },
  }
}

/** Sequence numbers that the backend has: of the sender's spans, and of requests that the storefront served. */
export const createArrivals = async () => {
  const watch = await watchSpans('start')
  const spans = new Set<number>()
  const requests = new Set<number>()
  let counted = 0
  return {
    spans,
    requests,
    update: async (): Promise<void> => {
      const all = await watch.update()
      for (const { service, attributes } of all.slice(counted)) {
        if (service === 'sender') spans.add(Number(attributes['sequence']))
        const served = service === 'storefront' && /&sequence=(\d+)/.exec(Object.values(attributes).join(' '))
        const number = served ? served[1] : undefined
        if (number !== undefined) requests.add(Number(number))
      }
      counted = all.length
    },
  }
}
export const missingOf = (sent: ReadonlySet<number>, arrived: ReadonlySet<number>): number[] =>
  [...sent].filter((sequence) => !arrived.has(sequence))
