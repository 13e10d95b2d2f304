const http = require('http')
const { EventEmitter } = require('events')

const events = ['exit', 'beforeExit', 'uncaughtException', 'unhandledRejection', 'warning', 'message']
console.log(Object.keys(globalThis), process.argv.slice(2), process.execArgv, require.main === module)
console.log(Object.keys(process.env).filter((name) => /^OTEL_/.test(name)))
console.log(events.slice(2).map((name) => process.listenerCount(name)))
console.log(Object.keys(http).sort().join(), http.request.name, http.get.length, http.Server.name)
console.log(http.createServer() instanceof http.Server, new EventEmitter() instanceof EventEmitter)
console.log(
  Object.keys(require.extensions),
  module.paths.length > 0,
  Error.stackTraceLimit,
  typeof Error.prepareStackTrace,
)
console.log(process.getActiveResourcesInfo().filter((name) => name !== 'TTYWrap' && name !== 'PipeWrap'))
