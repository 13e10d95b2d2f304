import type { Signal } from '../../api/vocabulary.ts'

/** What an agent's SDK can be told in OTEL_* variables. */
export interface SdkSupport {
  protocols: readonly string[]
  exporters: Readonly<Record<Signal, readonly string[]>>
  propagators: readonly string[]
  samplers: readonly string[]
}

/** What an agent supports besides the standard. */
export interface SdkExtras extends Partial<Omit<SdkSupport, 'exporters'>> {
  exporters?: Partial<SdkSupport['exporters']>
}

const EXPORTERS = ['otlp', 'console', 'none']

/** What every SDK of OpenTelemetry supports that we deliver. */
const STANDARD: SdkSupport = {
  protocols: ['http/protobuf'],
  exporters: { traces: EXPORTERS, metrics: EXPORTERS, logs: EXPORTERS },
  propagators: ['tracecontext', 'baggage', 'b3', 'b3multi', 'none'],
  samplers: [
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  ],
}

/** The standard and the extras of an agent together. */
export const sdkSupport = ({
  protocols = [],
  exporters = {},
  propagators = [],
  samplers = [],
}: SdkExtras = {}): SdkSupport => ({
  protocols: [...STANDARD.protocols, ...protocols],
  exporters: {
    traces: [...STANDARD.exporters.traces, ...(exporters.traces ?? [])],
    metrics: [...STANDARD.exporters.metrics, ...(exporters.metrics ?? [])],
    logs: [...STANDARD.exporters.logs, ...(exporters.logs ?? [])],
  },
  propagators: [...STANDARD.propagators, ...propagators],
  samplers: [...STANDARD.samplers, ...samplers],
})
