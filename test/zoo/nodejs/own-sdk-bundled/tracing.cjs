const { NodeSDK } = require('@opentelemetry/sdk-node')
const { ConsoleSpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-node').tracing

const sdk = new NodeSDK({
  serviceName: 'own',
  spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())],
  metricReader: undefined,
  logRecordProcessors: [],
})
sdk.start()
