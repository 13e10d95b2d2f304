/*
 * One connection to the collector. It is opened when the first span starts, so that what is recorded last can be written
 * to it when the process ends: without a thread, which costs memory and is forbidden in some processes.
 */
'use strict'
const fs = require('fs')
const http = require('http')
const net = require('net')

// Taken before any instrumentation or application replaces them.
const { request: httpRequest, Agent } = http
const { connect } = net
const { readSync, writeSync } = fs
const NOW_LIMIT_MS = 200
/** What is written arrives without its answer, too. */
const ANSWER_LIMIT_MS = 50
const PAUSE_MS = 2
const RECONNECT_MS = 1000

const ignore = () => {}

const optionsOf = (endpoint, headers) => {
  const { hostname, port, pathname, search } = new URL(endpoint)
  return {
    method: 'POST',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: pathname + search,
    headers: { 'content-type': 'application/x-protobuf', ...headers },
  }
}

const requestText = (options, body) => {
  const headers = { host: options.hostname, ...options.headers, 'content-length': body.length, connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return Buffer.concat([Buffer.from(`POST ${options.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`), body])
}

/** Repeats what a socket is not ready for. */
const whenReady = (deadline, action) => {
  const lock = new Int32Array(new SharedArrayBuffer(4))
  for (;;) {
    try {
      return action()
    } catch (error) {
      if (error.code !== 'EAGAIN' || Date.now() > deadline) throw error
      Atomics.wait(lock, 0, 0, PAUSE_MS)
    }
  }
}

/** Writes all of it and waits a moment for the first byte of the answer. */
const writeNow = (fd, request) => {
  const deadline = Date.now() + NOW_LIMIT_MS
  for (let written = 0; written < request.length;) {
    written += whenReady(deadline, () => writeSync(fd, request, written))
  }
  whenReady(Math.min(deadline, Date.now() + ANSWER_LIMIT_MS), () => readSync(fd, Buffer.alloc(1024), 0, 1024, null))
}

const post = (request, timeoutMs, body, { written, done }) => {
  let isDone = false
  const finish = (again) => {
    if (isDone) return
    isDone = true
    clearTimeout(timer)
    done(again)
  }
  const timer = setTimeout(() => {
    finish(true)
    request.destroy()
  }, timeoutMs).unref()
  request.on('response', (response) => {
    response.resume()
    const { statusCode } = response
    response.on('end', () => finish(statusCode === 429 || statusCode >= 502))
  })
  request.on('error', () => finish(true))
  request.on('finish', written)
  request.end(body)
}

/** The connection; nothing of it keeps the process alive, except between `hold` and `release`. */
exports.createTransport = ({ endpoint, headers, timeoutMs }) => {
  const options = optionsOf(endpoint, headers)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let socket
  let openedAt = -Infinity
  let isHeld = false

  const refer = () => {
    if (isHeld) socket?.ref()
    else socket?.unref()
  }
  const open = () => {
    if (socket && !socket.destroyed) return socket
    openedAt = Date.now()
    socket = connect({ host: options.hostname, port: Number(options.port || 80) })
    socket.on('error', ignore)
    refer()
    return socket
  }
  agent.createConnection = open

  return {
    /** Opens the connection, unless it is open or could not be opened just now. */
    prepare: () => {
      if ((socket && !socket.destroyed) || Date.now() - openedAt < RECONNECT_MS) return
      try {
        open()
      } catch {
        // the process may not connect
      }
    },
    /** Sends the body; calls `written` when it has left the process, and `done` with whether to send it again later. */
    send: (body, written, done) => {
      try {
        const sent = { ...options.headers, 'content-length': body.length }
        const request = httpRequest({ ...options, agent, headers: sent })
        request.on('socket', refer)
        post(request, timeoutMs, body, { written, done })
      } catch {
        done(false)
      }
    },
    /** Sends the body before it returns, if the connection is open. */
    sendNow: (body) => {
      // Node.js offers no other way to write at once to a socket: whatever is not as expected, nothing is sent.
      const fd = socket?.destroyed === false ? socket._handle?.fd : undefined
      if (!(fd > 2) || (!socket.connecting && socket.writableLength > 0)) return
      try {
        writeNow(fd, requestText(options, body))
      } catch {
        // lost
      }
    },
    hold: () => {
      isHeld = true
      refer()
    },
    release: () => {
      isHeld = false
      refer()
    },
    close: () => {
      agent.destroy()
      socket?.destroy()
    },
  }
}
