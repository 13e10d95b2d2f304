import { INSTRUMENTOR_NAME, REPORTS_PORT } from '../api/names.ts'
import type { TelemetryReport } from '../api/reports/telemetry-report.ts'
import { TELEMETRY_PATH, telemetryReport } from '../api/reports/telemetry-report.ts'
import type { KubeClient } from '../kube/types.ts'

/**
 * What the instrumentor has seen of each workload, through the API server (`get services/proxy`); undefined without that
 * permission, or if it does not answer.
 */
export const readTelemetry = async (
  client: KubeClient,
  namespace: string,
  signal?: AbortSignal,
): Promise<TelemetryReport | undefined> => {
  const proxy = `/api/v1/namespaces/${namespace}/services/${INSTRUMENTOR_NAME}:${REPORTS_PORT}/proxy`
  try {
    return telemetryReport.safeParse(await client.request('GET', `${proxy}${TELEMETRY_PATH}`, undefined, signal)).data
  } catch {
    return undefined
  }
}
