/*
 * Sends spans to the collector over HTTP: a span processor that is cheaper than the SDK's, keeps what could not be sent for
 * the next time, and can send synchronously when the process ends.
 */
'use strict'
const { createTransport } = require('./transport.cjs')

const SAMPLED = 1
const CHUNK = 32
/** After a batch that could not be sent. */
const RETRY_MS = 1000

/**
 * Spans are serialized in small chunks soon after they end, so that they are freed while young: whole spans in a queue double
 * the memory of a process under load. Serialized requests can be put one after the other: that is one request.
 */
exports.createSender = (settings) => {
  const { maxQueue, maxBatch, delayMs, serialize } = settings
  const transport = createTransport(settings)
  let open = []
  let chunks = []
  let queued = 0
  let isSending = false
  let unwritten
  let timer
  let isStopped = false
  let waiting = []
  let settling

  /** Attributes of the resource that are found out in the background (the host's ID). Nobody else waits for them. */
  const settled = (resource) => {
    if (!resource?.asyncAttributesPending) return true
    settling ??= resource.waitForAsyncAttributes()
    return false
  }
  const closeChunk = () => {
    if (open.length === 0) return
    chunks.push({ spans: open.length, bytes: serialize(open) })
    open = []
  }
  const dropAll = () => {
    open = []
    chunks = []
    queued = 0
  }
  /** The oldest chunks, up to `limit` spans. */
  const takeBatch = (limit) => {
    closeChunk()
    let spans = 0
    let count = 0
    while (count < chunks.length && (count === 0 || spans + chunks[count].spans <= limit)) {
      spans += chunks[count].spans
      count += 1
    }
    const taken = chunks.splice(0, count)
    queued -= spans
    return { taken, spans, body: Buffer.concat(taken.map(({ bytes }) => bytes)) }
  }
  const keep = ({ taken, spans }) => {
    chunks.unshift(...taken)
    queued += spans
  }
  const settle = () => {
    for (const resolve of waiting) resolve()
    waiting = []
    transport.release()
  }
  const sendBatch = () => {
    clearTimeout(timer)
    timer = undefined
    if (isSending) return
    if (queued === 0) return settle()
    const batch = takeBatch(maxBatch)
    isSending = true
    unwritten = batch.body
    const forget = () => {
      unwritten = undefined
    }
    transport.send(batch.body, forget, (again) => {
      forget()
      isSending = false
      const isLast = isStopped || waiting.length > 0
      if (again && isLast) dropAll()
      else if (again) keep(batch)
      if (isLast || (queued >= maxBatch && !again)) return sendBatch()
      if (queued > 0) arm(again ? RETRY_MS : delayMs)
    })
  }
  /** One timer while there are unsent spans. It keeps no process alive. */
  const arm = (ms) => {
    if (timer === undefined) timer = setTimeout(sendBatch, ms).unref()
  }
  const flush = () =>
    new Promise((resolve) => {
      waiting.push(resolve)
      transport.hold()
      if (settled(open[0]?.resource)) sendBatch()
      else settling.then(sendBatch, sendBatch)
    })

  return {
    onStart: (span, parentContext) => {
      if (!isStopped) transport.prepare()
      settings.onStart(span, parentContext)
    },
    onEnd: (span) => {
      if (isStopped || (span.spanContext().traceFlags & SAMPLED) === 0 || queued >= maxQueue) return
      open.push(span)
      queued += 1
      if (settled(span.resource) && open.length >= CHUNK) closeChunk()
      if (queued === maxBatch) setImmediate(sendBatch).unref()
      else arm(delayMs)
    },
    forceFlush: flush,
    shutdown: flush,
    /** Sends what has not left the process, before it returns. */
    flushNow: () => {
      const bodies = [...(unwritten ? [unwritten] : []), ...(queued > 0 ? [takeBatch(maxQueue).body] : [])]
      unwritten = undefined
      if (bodies.length > 0) transport.sendNow(Buffer.concat(bodies))
    },
    /** Drops everything, now and later. */
    stop: () => {
      isStopped = true
      dropAll()
      clearTimeout(timer)
      transport.close()
    },
  }
}
