/*
 * Loaded into every Node.js process of an instrumented container by `NODE_OPTIONS=--require`. It decides whether this
 * process is to be instrumented, loads the SDK for the runtime, and preserves how the process ends.
 *
 * ES5 syntax only, and nothing may throw: whatever version of Node.js reads this file, the application must start.
 */
'use strict'
;(function boot() {
  // This mark prevents the agent from being loaded twice, and shows that it was skipped on purpose.
  var MARK = '@@odigos.agent.nodejs'

  function debug(message, error) {
    var level = String(process.env.OTEL_LOG_LEVEL || '').toLowerCase()
    if (isTrue(process.env.ODIGOS_DEBUG) || level === 'debug' || level === 'verbose' || level === 'all') {
      console.error('odigos: ' + message + (error ? ': ' + (error.stack || error) : ''))
    }
  }

  function isTrue(value) {
    return String(value).trim().toLowerCase() === 'true'
  }

  /** The folder of the SDK that supports this runtime (`engines` of its packages), if any. */
  function sdkFor(version) {
    var parts = /^(\d+)\.(\d+)/.exec(String(version)) || []
    var major = Number(parts[1])
    var minor = Number(parts[2])
    if (major >= 24 || (major === 22 && minor >= 15)) return 'sdk-22'
    if (major > 20 || (major === 20 && minor >= 6) || (major === 18 && minor >= 19)) return 'sdk-18'
    if (major >= 14) return 'sdk-14'
    return undefined
  }

  /** Why this process is not instrumented, and nobody has to be told; undefined if it is an application. */
  function notAnApplication() {
    if (global[MARK]) return 'already loaded'
    if (process.versions.bun || process.versions.electron || typeof Deno !== 'undefined') return 'not plain Node.js'
    if (Number(process.versions.node.split('.')[0]) >= 12 && require('worker_threads').isMainThread === false) {
      return 'a worker thread'
    }
    var entry = process.argv[1]
    if (!entry || process._eval) return 'no script file'
    var tool = require('./commands.cjs').toolName(entry)
    if (tool) return tool
    return isTrue(process.env.OTEL_SDK_DISABLED) ? 'OTEL_SDK_DISABLED is true' : undefined
  }

  /** Why this application is left alone: a word of src/api/reasons.ts and a message. */
  function conflict() {
    if (!sdkFor(process.versions.node)) {
      return ['RuntimeNotSupported', 'Node.js ' + process.versions.node + ' is not supported']
    }
    // Exists already if another `--require` has set up an SDK.
    var api = global[Symbol.for('opentelemetry.js.api.1')]
    if (api && api.trace) return ['OtherAgent', 'another OpenTelemetry SDK is loaded']
    if (isTrue(process.env.ODIGOS_FORCE)) return undefined
    var conflicts = require('./conflicts.cjs')
    var others = conflicts.otherAgents((process.env.NODE_OPTIONS || '') + ' ' + process.execArgv.join(' '))
    if (others.length) return ['OtherAgent', 'another agent: ' + others[0]]
    try {
      var own = conflicts.ownSdks(process.argv[1])
      return own.length ? ['OwnSdk', 'the application brings ' + own[0]] : undefined
    } catch (error) {
      debug('package.json cannot be read', error)
      return undefined
    }
  }

  /** The SDK gives way to one that the application starts itself, whenever that is. */
  function giveWay() {
    report('StoodBack', 'OwnSdk', 'the application started an OpenTelemetry SDK of its own')
    debug('no longer instrumented: the application started an SDK of its own')
  }

  function report(outcome, reason, message) {
    require('./report.cjs')(outcome, reason, message)
  }

  function load() {
    // Below `node_modules`, where Node.js prints no warnings about deprecated functions.
    var folder = './' + sdkFor(process.versions.node) + '/node_modules/odigos-sdk/'
    var within = require('./settings.cjs').within
    var sdk = within(function startSdk() {
      return require(folder + 'sdk.cjs').start({ within: within, giveWay: giveWay })
    })
    require('./ending.cjs')(sdk)
  }

  function start() {
    var silent = notAnApplication()
    if (silent) return debug('not instrumented: ' + silent)
    Object.defineProperty(global, MARK, { value: true, configurable: true })
    var reason = conflict()
    if (reason) {
      // As without the mark: an instrumented process has it.
      delete global[MARK]
      report('StoodBack', reason[0], reason[1])
      return debug('not instrumented: ' + reason[1])
    }
    try {
      load()
    } catch (error) {
      report('Failed', 'AgentFailed', 'the agent cannot start: ' + ((error && (error.code || error.name)) || 'unknown'))
      return debug('not instrumented', error)
    }
    report('Loaded', 'AgentLoaded', 'the agent is loaded on Node.js ' + process.versions.node)
    debug('instrumented')
  }

  try {
    start()
  } catch (error) {
    debug('not instrumented', error)
  }
})()
