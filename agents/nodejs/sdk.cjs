/*
 * Starts the OpenTelemetry SDK from the OTEL_* environment. One source for all SDK generations: the build bundles it into
 * `sdk-<major>/sdk.cjs`, each with the packages of its lock file.
 */
'use strict'
const { metrics, trace } = require('@opentelemetry/api')
const { getNodeAutoInstrumentations, getResourceDetectors } = require('@opentelemetry/auto-instrumentations-node')
const { NodeSDK } = require('@opentelemetry/sdk-node')
const { hookEsModules } = require('./esm.cjs')

/** Starts the SDK; returns functions that send recorded data (`flush`), and do so for the last time (`shutdown`). */
exports.start = () => {
  const instrumentations = getNodeAutoInstrumentations()
  const sdk = new NodeSDK({ instrumentations, resourceDetectors: getResourceDetectors() })
  sdk.start()
  hookEsModules(instrumentedModules(instrumentations))
  return { flush, shutdown: () => sdk.shutdown() }
}

const instrumentedModules = (instrumentations) => [
  ...new Set(instrumentations.flatMap((each) => each.getModuleDefinitions?.() ?? []).map((module) => module.name)),
]

// Tracer providers are behind a proxy; with the exporter "none", no provider has a forceFlush.
const flush = () =>
  Promise.all(
    [trace.getTracerProvider(), metrics.getMeterProvider()].map((provider) =>
      (provider.getDelegate?.() ?? provider).forceFlush?.(),
    ),
  )
