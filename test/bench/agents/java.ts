/** The Java services of the benchmark: Spring Boot with Tomcat, on the Java of this machine, with a heap as in a small container. */
import { join } from 'node:path'
import { assembledAgent } from '../../../agents/assemble.ts'
import { springJar } from '../../conformance/agents/java-apps.ts'
import { injectedEnvironment } from '../../zoo/harness/injected.ts'
import type { Row } from './row.ts'

export const row: Row = {
  name: 'Java, Spring Boot with Tomcat',
  services: async (endpoint) => {
    const folder = await assembledAgent('java')
    // Tomcat ends a connection after 100 requests otherwise.
    const options = ['-Xmx256m', '-Dserver.port=0', '-Dserver.tomcat.max-keep-alive-requests=-1']
    const args = [...options, '-jar', await springJar('tomcat')]
    const service = { command: 'java', args, path: '/items/7' }
    return {
      bare: { ...service, env: {} },
      ours: { ...service, env: injectedEnvironment({ language: 'java', user: {}, folder, endpoint, detection: {} }) },
      stock: {
        ...service,
        env: {
          JAVA_TOOL_OPTIONS: `-javaagent:${join(folder, 'opentelemetry.jar')}`,
          OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
          OTEL_SERVICE_NAME: 'stock',
          OTEL_METRICS_EXPORTER: 'none',
          OTEL_LOGS_EXPORTER: 'none',
        },
      },
    }
  },
}
