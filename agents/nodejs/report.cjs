/*
 * Tells the collector once what became of this process: the agent was loaded, stood back, or failed. By a bare socket
 * of Node.js' own, taken before the application's modules are loaded, so that nothing of the application's is used or seen.
 *
 * ES5 syntax only, like `boot.cjs`. It never throws, prints nothing, and keeps no process alive.
 */
'use strict'
var fs = require('fs')
var path = require('path')
var settings = require('./settings.cjs')

var LIMIT_MS = 1000
// A process that ends sooner has nothing to explain, and must not wait for the name of the collector to be resolved.
var DELAY_MS = 2000
var MAX_MESSAGE = 256
// Taken before the application replaces it, as tests do.
var later = setTimeout

function attribute(key, value) {
  return { key: key, value: { stringValue: String(value) } }
}

function decoded(text) {
  try {
    return decodeURIComponent(text.trim())
  } catch (_error) {
    return text.trim()
  }
}

function resourceAttributes(env) {
  var service = env.ODIGOS_OTEL_SERVICE_NAME
  var entries = settings.entriesOf(env.ODIGOS_OTEL_RESOURCE_ATTRIBUTES)
  return entries
    .map(function toAttribute(entry) {
      return attribute(settings.keyOf(entry), decoded(entry.slice(entry.indexOf('=') + 1)))
    })
    .concat(service ? [attribute('service.name', service)] : [])
}

function version() {
  try {
    return fs.readFileSync(path.join(__dirname, 'VERSION'), 'utf8').trim().split('\n')[0]
  } catch (_error) {
    return 'unknown'
  }
}

function logs(outcome, reason, message) {
  var text = String(message).slice(0, MAX_MESSAGE)
  var record = {
    timeUnixNano: Date.now() + '000000',
    body: { stringValue: text },
    attributes: [
      attribute('odigos.agent', 'nodejs'),
      attribute('odigos.outcome', outcome),
      attribute('odigos.reason', reason),
      attribute('odigos.message', text),
      attribute('odigos.version', version()),
    ],
  }
  return {
    resourceLogs: [
      {
        resource: { attributes: resourceAttributes(process.env) },
        scopeLogs: [{ scope: { name: 'odigos.agent' }, logRecords: [record] }],
      },
    ],
  }
}

function post(connect, host, port, request) {
  var socket = connect({ host: host, port: port })
  socket.unref()
  function close() {
    socket.destroy()
  }
  socket.setTimeout(LIMIT_MS, close)
  socket.on('error', close)
  socket.on('data', close)
  socket.end(request)
}

/** Sends the report, unless there is no collector of ours. */
function report(outcome, reason, message) {
  try {
    var endpoint = /^http:\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?(\/.*?)?\/?$/.exec(
      process.env.ODIGOS_OTEL_EXPORTER_OTLP_ENDPOINT || '',
    )
    if (!endpoint) return
    var body = Buffer.from(JSON.stringify(logs(outcome, reason, message)))
    var head = [
      'POST ' + (endpoint[3] || '') + '/v1/logs HTTP/1.1',
      'host: ' + endpoint[1],
      'content-type: application/json',
      'content-length: ' + body.length,
      'connection: close',
    ]
    var request = Buffer.concat([Buffer.from(head.join('\r\n') + '\r\n\r\n'), body])
    var connect = require('net').connect
    later(function afterStart() {
      try {
        post(connect, endpoint[1].replace(/^\[|\]$/g, ''), Number(endpoint[2] || 80), request)
      } catch (_error) {
        // as below
      }
    }, DELAY_MS).unref()
  } catch (_error) {
    // a report is never worth a fault of the application
  }
}

module.exports = report
