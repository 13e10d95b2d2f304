/*
 * Loaded into every Node.js process of an instrumented container by `NODE_OPTIONS=--require`. It decides whether this
 * process is to be instrumented, loads the SDK for the runtime, and preserves the process's behaviour on SIGTERM.
 *
 * ES5 syntax only, and nothing may throw: whatever version of Node.js reads this file, the application must start.
 */
'use strict'
;(function boot() {
  // This mark prevents the agent from being loaded twice, and shows that it was skipped on purpose.
  var MARK = '@@odigos.agent.nodejs'
  var FLUSH_LIMIT_MS = 2000
  // After SIGTERM the process may end at any time without notice, so recorded data is sent often.
  var DRAIN_INTERVAL_MS = 500

  var PACKAGE_MANAGER = /^(npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack)(-cli)?(\.c?js)?$|^yarn-[\d.]+\.c?js$/
  // Scripts that run every few seconds as exec probes: starting the SDK would only slow them down.
  var PROBE = /^(health[-_]?check|healthz?|live(ness)?z?|ready|readyz|readiness|probe)(\.[cm]?js)?$/i
  // generated: other agents, from src/api/agents/foreign-agents.ts
  var OTHER_AGENTS = [
    '@appsignal/',
    '@elastic/opentelemetry-node',
    '@instana/',
    '@sentry/',
    '@splunk/otel',
    'appdynamics',
    'applicationinsights',
    'auto-instrumentations-node',
    'dd-trace',
    'dynatrace',
    'elastic-apm-node',
    'newrelic',
  ]
  var OWN_SDK = [
    '@appsignal/nodejs',
    '@azure/monitor-opentelemetry',
    '@elastic/opentelemetry-node',
    '@honeycombio/opentelemetry-node',
    '@instana/collector',
    '@opentelemetry/auto-instrumentations-node',
    '@opentelemetry/sdk-node',
    '@opentelemetry/sdk-trace-node',
    '@sentry/nestjs',
    '@sentry/nextjs',
    '@sentry/node',
    '@splunk/otel',
    '@vercel/otel',
    'applicationinsights',
    'dd-trace',
    'elastic-apm-node',
    'newrelic',
  ]
  // end of generated

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

  function baseName(path) {
    return String(path || '')
      .split(/[\\/]/)
      .pop()
  }

  /** `dependencies` of the package that contains the file. A package.json with only "type" is not the application's. */
  function dependenciesOf(file) {
    var fs = require('fs')
    var path = require('path')
    for (var dir = path.dirname(file); path.dirname(dir) !== dir; dir = path.dirname(dir)) {
      var manifest = path.join(dir, 'package.json')
      var dependencies = fs.existsSync(manifest) && JSON.parse(fs.readFileSync(manifest, 'utf8')).dependencies
      if (dependencies) return dependencies
    }
    return {}
  }

  /** Why this process is not instrumented; undefined if it is. */
  function reasonToSkip() {
    if (isTrue(process.env.OTEL_SDK_DISABLED)) return 'OTEL_SDK_DISABLED is true'
    if (global[MARK]) return 'already loaded'
    if (process.versions.bun || process.versions.electron || typeof Deno !== 'undefined') return 'not plain Node.js'
    if (!sdkFor(process.versions.node)) return 'Node.js ' + process.versions.node + ' is not supported'
    if (require('worker_threads').isMainThread === false) return 'a worker thread'
    // Exists already if another `--require` has set up an SDK.
    var api = global[Symbol.for('opentelemetry.js.api.1')]
    if (api && api.trace) return 'another OpenTelemetry SDK is loaded'
    var entry = process.argv[1]
    if (!entry || process._eval) return 'no script file'
    if (PACKAGE_MANAGER.test(baseName(entry))) return 'a package manager'
    if (PROBE.test(baseName(entry))) return 'a probe'
    return isTrue(process.env.ODIGOS_FORCE) ? undefined : conflict(entry)
  }

  function conflict(entry) {
    var options = ((process.env.NODE_OPTIONS || '') + ' ' + process.execArgv.join(' ')).toLowerCase()
    var others = OTHER_AGENTS.filter(function isLoaded(name) {
      return options.indexOf(name) >= 0
    })
    if (others.length) return 'another agent: ' + others[0]
    try {
      var dependencies = dependenciesOf(entry)
      var own = OWN_SDK.filter(function isDependency(name) {
        return dependencies[name]
      })
      return own.length ? 'the application brings ' + own[0] : undefined
    } catch (error) {
      debug('package.json cannot be read', error)
      return undefined
    }
  }

  /** Calls `done` once, when all recorded data is sent or the time limit has elapsed. */
  function flushThen(sdk, done) {
    var called = false
    function once() {
      if (called) return
      called = true
      clearTimeout(timer)
      done()
    }
    var timer = setTimeout(once, FLUSH_LIMIT_MS)
    sdk.flush().then(once, once)
  }

  /**
   * A listener for SIGTERM disables the default action, so the process would no longer end. So ours is removed before
   * others check: libraries such as signal-exit end the process only if there is no other listener.
   */
  function keepSigterm(sdk) {
    var draining = false
    function listen() {
      process.on('SIGTERM', onSigterm)
    }
    function onSigterm() {
      process.removeListener('SIGTERM', onSigterm)
      if (process.listenerCount('SIGTERM') > 0 || process.pid === 1) {
        // The application decides when it ends. As process 1 of a container it ignores the signal, with or without the agent.
        drain()
        setImmediate(listen)
        return
      }
      listen() // without a listener a second signal would end the process in the middle of the flush
      flushThen(sdk, function endByDefaultAction() {
        process.removeListener('SIGTERM', onSigterm)
        process.kill(process.pid, 'SIGTERM')
      })
    }
    function drain() {
      sdk.flush().catch(ignore)
      if (draining) return
      draining = true
      setInterval(function again() {
        sdk.flush().catch(ignore)
      }, DRAIN_INTERVAL_MS).unref()
    }
    listen()
  }

  function ignore() {}

  function start() {
    var reason = reasonToSkip()
    if (reason) return debug('not instrumented: ' + reason)
    Object.defineProperty(global, MARK, { value: true })
    var sdk = require('./' + sdkFor(process.versions.node) + '/sdk.cjs').start()
    keepSigterm(sdk)
    process.once('beforeExit', function sendRest() {
      sdk.shutdown().catch(ignore)
    })
    debug('instrumented')
  }

  try {
    start()
  } catch (error) {
    debug('not instrumented', error)
  }
})()
