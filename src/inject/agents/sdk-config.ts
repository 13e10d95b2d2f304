import { SIGNALS } from '../../api/vocabulary.ts'
import type { ConfigurationAgent } from './agent.ts'

/** For an application with an OpenTelemetry SDK of its own: where to send, and who it is. Never a second SDK. */
export const sdkConfig: ConfigurationAgent = {
  name: 'sdk-config',
  delivery: 'configuration',
  signals: SIGNALS,
  env: [],
  rules: [],
  documentation: { content: 'nothing: the application brings the SDK', size: '0' },
}
