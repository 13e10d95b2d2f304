const { NodeSDK } = require('@opentelemetry/sdk-node')
const { ConsoleSpanExporter } = require('@opentelemetry/sdk-node').tracing

new NodeSDK({ serviceName: 'own', traceExporter: new ConsoleSpanExporter() }).start()
