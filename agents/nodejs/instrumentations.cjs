/*
 * Loads an instrumentation when its library is loaded: most applications use a few of them, and all together take most of
 * the time and memory of a start.
 */
'use strict'
const { metrics } = require('@opentelemetry/api')
const { addHook, Hook } = require('import-in-the-middle')
// The files below are made by the build.
const { RequireInTheMiddleSingleton } = require('odigos:require-hook')
const TABLE = require('odigos:instrumentations')
const { hookAllBut } = require('./deprecated.cjs')
const { hookEsModules } = require('./esm.cjs')
const { leaveLayersAlone } = require('./express.cjs')
const { followRoutes } = require('./fastify.cjs')

/**
 * Not on unless named in OTEL_NODE_ENABLED_INSTRUMENTATIONS: many spans of little value. Besides, dataloader has another class
 * in the place of the application's, and openai reads answers before the application does, which then cannot
 * (open-telemetry/opentelemetry-js-contrib#3586); its requests have the span of the HTTP client.
 */
const OFF = [
  'cucumber',
  'dataloader',
  'dns',
  'fs',
  'generic-pool',
  'host-metrics',
  'lru-memoizer',
  'net',
  'openai',
  'router',
]
const LOGGERS = ['bunyan', 'pino', 'winston']
const METRICS = ['host-metrics', 'runtime-node']
/** They observe the runtime itself, not a module. */
const AT_START = ['host-metrics', 'runtime-node', 'undici']

/**
 * A span for each middleware tells little and costs most of what a request costs; the route is recorded all the same. One for
 * each field of GraphQL multiplies the time of an answer (open-telemetry/opentelemetry-js-contrib#1739).
 */
const CONFIGURATION = {
  graphql: { ignoreResolveSpans: true },
  koa: { ignoreLayersType: ['middleware'] },
}

const listOf = (name) =>
  (process.env[name] ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)

/** Which instrumentations are on, and how; `signals` tells which signals are sent. */
const selected = (signals) => {
  const enabled = listOf('OTEL_NODE_ENABLED_INSTRUMENTATIONS')
  const disabled = listOf('OTEL_NODE_DISABLED_INSTRUMENTATIONS')
  const isCorrelated = process.env.ODIGOS_LOG_CORRELATION === 'true'
  return TABLE.filter(({ name }) => {
    if (disabled.includes(name)) return false
    if (LOGGERS.includes(name) && !signals.logs && !isCorrelated) return false
    if (METRICS.includes(name) && !signals.metrics) return false
    return enabled.length > 0 ? enabled.includes(name) : !OFF.includes(name)
  }).map((entry) => ({
    ...entry,
    configuration: LOGGERS.includes(entry.name)
      ? { disableLogCorrelation: !isCorrelated, disableLogSending: !signals.logs }
      : (CONFIGURATION[entry.name] ?? {}),
  }))
}

const belongsTo = (name, module) => name === module || name.startsWith(`${module}/`)

/** Starts those for the runtime, and the others when their modules are loaded. Returns a function that stops them all. */
exports.startInstrumentations = ({ signals, within }) => {
  const requireHook = hookAllBut(() => RequireInTheMiddleSingleton.getInstance())
  followRoutes(requireHook)
  const entries = selected(signals)

  const start = (entry) => {
    if (entry.hooks) return
    entry.hooks = []
    const { register } = requireHook
    requireHook.register = (name, onRequire) => {
      entry.hooks.push({ name, onRequire })
      return register.call(requireHook, name, onRequire)
    }
    try {
      entry.instrumentation = within(() => new (entry.load())(entry.configuration))
      // As the SDK does: the fields of a class are set after the constructor of its base has made its metrics.
      if (!AT_START.includes(entry.name)) entry.instrumentation.setMeterProvider(metrics.getMeterProvider())
      if (entry.name === 'express') leaveLayersAlone(entry.instrumentation)
    } finally {
      requireHook.register = register
    }
  }
  const startOrLeave = (entry) => {
    try {
      start(entry)
    } catch {
      // the application's module is used as it is
    }
  }
  for (const entry of entries) {
    if (AT_START.includes(entry.name)) startOrLeave(entry)
    for (const module of AT_START.includes(entry.name) ? [] : entry.modules) {
      requireHook.register(module, (exports, name, folder) => {
        if (entry.hooks) return exports
        startOrLeave(entry)
        // What the instrumentation has just registered applies from the next module on.
        return entry.hooks
          .filter((hook) => belongsTo(name, hook.name))
          .reduce((result, hook) => hook.onRequire(result, name, folder), exports)
      })
    }
  }
  const modules = [...new Set(entries.flatMap((entry) => entry.modules))]
  const justStarted = []
  new Hook(modules, { internals: true }, (_exports, name) => {
    for (const entry of entries) {
      if (entry.hooks || !entry.modules.some((module) => belongsTo(name, module))) continue
      startOrLeave(entry)
      justStarted.push(entry)
    }
  })
  // As above: what an instrumentation has just registered applies from the next module on. This runs after the hook above.
  addHook((...module) => {
    for (const { instrumentation } of justStarted.splice(0)) {
      for (const hook of instrumentation?._hooks ?? []) hook._iitmHook?.(...module)
    }
  })
  hookEsModules(modules)
  return () => {
    for (const { instrumentation } of entries) instrumentation?.disable()
    for (const entry of entries) entry.hooks ??= []
  }
}
