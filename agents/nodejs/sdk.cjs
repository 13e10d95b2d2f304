/*
 * Starts the OpenTelemetry SDK from the OTEL_* environment. One source for all SDK generations: the build bundles it into
 * `sdk-<major>/node_modules/odigos-sdk/sdk.cjs`, each with the packages of its lock file.
 */
'use strict'
const { metrics } = require('@opentelemetry/api')
const { ProtobufTraceSerializer } = require('@opentelemetry/otlp-transformer')
const { NodeSDK } = require('@opentelemetry/sdk-node')
const { offer } = require('./bridge.cjs')
const { bindByEmit } = require('./context.cjs')
const { startInstrumentations } = require('./instrumentations.cjs')
const { createSender } = require('./sender.cjs')
const { correctKind, passRoute } = require('./spans.cjs')

/** Where the private copy of the API keeps what is registered; the build gives it this name. */
const REGISTRY = Symbol.for('odigos.opentelemetry.js.api.1')
/** Detectors of the SDK itself; others are loaded if the user names them. */
const LOCAL_DETECTORS = ['env', 'host', 'os', 'process', 'serviceinstance', 'none']

/** A setting for traces: of its own variable, or of that for all signals. */
const otlp = (name) => process.env[`OTEL_EXPORTER_OTLP_TRACES_${name}`] || process.env[`OTEL_EXPORTER_OTLP_${name}`]

const numberOf = (text, otherwise) => (Number(text) > 0 ? Number(text) : otherwise)

const isSent = (signal) => !/\bnone\b/.test(process.env[`OTEL_${signal}_EXPORTER`] ?? '')

const endpoint = () =>
  process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ||
  `${(process.env.OTEL_EXPORTER_OTLP_ENDPOINT || 'http://localhost:4318').replace(/\/$/, '')}/v1/traces`

/** `key=value,…`, percent-encoded. */
const headers = () =>
  Object.fromEntries(
    [process.env.OTEL_EXPORTER_OTLP_HEADERS, process.env.OTEL_EXPORTER_OTLP_TRACES_HEADERS]
      .flatMap((text) => (text ?? '').split(','))
      .filter((entry) => entry.indexOf('=') > 0)
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)])
      .map(([key, value]) => [key.trim().toLowerCase(), decodeURIComponent(value.trim())]),
  )

/** Our own sender, where the settings ask for nothing but OTLP over plain HTTP. */
const spanSender = () => {
  const { OTEL_TRACES_EXPORTER: exporter = 'otlp', OTEL_BSP_SCHEDULE_DELAY: delay } = process.env
  const isPlain =
    ['otlp', ''].includes(exporter.trim()) &&
    (otlp('PROTOCOL') ?? 'http/protobuf') === 'http/protobuf' &&
    ['none', ''].includes(otlp('COMPRESSION') ?? '') &&
    endpoint().startsWith('http://')
  if (!isPlain) return undefined
  const sender = createSender({
    endpoint: endpoint(),
    headers: headers(),
    timeoutMs: numberOf(otlp('TIMEOUT'), 10_000),
    delayMs: numberOf(delay, 500),
    maxQueue: numberOf(process.env.OTEL_BSP_MAX_QUEUE_SIZE, 2048),
    maxBatch: numberOf(process.env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, 512),
    serialize: (spans) => ProtobufTraceSerializer.serializeRequest(spans),
    onStart: correctKind,
  })
  const { onEnd } = sender
  sender.onEnd = (span) => {
    passRoute(span)
    onEnd(span)
  }
  return sender
}

const resourceDetectors = () => {
  const names = (process.env.OTEL_NODE_RESOURCE_DETECTORS ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  if (names.every((name) => LOCAL_DETECTORS.includes(name))) return {}
  return { resourceDetectors: require('@opentelemetry/auto-instrumentations-node').getResourceDetectors() }
}

/**
 * Starts the SDK. `within` runs a function with the settings; `giveWay` is called when the application starts an SDK of
 * its own. Returns how recorded data is sent.
 */
exports.start = ({ within, giveWay }) => {
  const signals = { traces: isSent('TRACES'), metrics: isSent('METRICS'), logs: isSent('LOGS') }
  const sender = signals.traces ? spanSender() : undefined
  bindByEmit()
  const sdk = new NodeSDK({ ...resourceDetectors(), ...(sender ? { spanProcessors: [sender] } : {}) })
  sdk.start()
  const stopInstrumentations = startInstrumentations({ signals, within })
  const registry = globalThis[REGISTRY] ?? {}
  const sendsMore = () => signals.metrics || signals.logs || (signals.traces && !sender)
  const providers = () => [registry.trace?.getDelegate?.() ?? registry.trace, metrics.getMeterProvider()]
  offer(registry, () => {
    sender?.stop()
    stopInstrumentations()
    delete registry.propagation
    if (sendsMore()) sdk.shutdown().catch(() => {})
    giveWay()
  })
  return {
    flush: () => Promise.all(providers().map((provider) => provider?.forceFlush?.())),
    flushNow: () => sender?.flushNow(),
  }
}
