import { INSTRUMENTOR_NAME, reportsProxyPath } from '../api/names.ts'
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
  const path = `${reportsProxyPath(INSTRUMENTOR_NAME, namespace)}${TELEMETRY_PATH}`
  try {
    return telemetryReport.safeParse(await client.request('GET', path, undefined, signal)).data
  } catch {
    return undefined
  }
}
