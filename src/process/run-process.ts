import type { Config, ProcessName } from './config.ts'
import type { Health } from './health.ts'
import { createHealthServer } from './health.ts'
import type { Log } from './log.ts'
import { createLog } from './log.ts'
import type { Metrics } from './metrics.ts'
import { createMetrics } from './metrics.ts'
import { readConfig } from './read-config.ts'
import { shutdownSignal } from './shutdown.ts'

/** What main of a process is given. */
export interface ProcessContext<Name extends ProcessName> {
  config: Config<Name>
  log: Log
  metrics: Metrics
  health: Health
  /** Aborted at SIGTERM or SIGINT; main ends then. */
  signal: AbortSignal
}

/** Processes that serve health and metrics; not the detector, and not the UI, whose server is Next.js. */
export type ServingProcess = Exclude<ProcessName, 'detector' | 'ui'>

/**
 * Runs a process from its configuration to its end: exit code 0 when `main` returned, 1 when it threw or the
 * configuration is wrong. Not ready any more as soon as it is told to stop.
 */
export const runProcess = async <Name extends ServingProcess>(
  name: Name,
  main: (context: ProcessContext<Name>) => Promise<void>,
): Promise<void> => {
  const config = readConfig(name)
  const log = createLog(name, config.LOG_LEVEL)
  const metrics = createMetrics()
  const health = createHealthServer(metrics)
  const signal = shutdownSignal(log)
  health.addReadiness('shutdown', () => (signal.aborted ? 'shutting down' : undefined))
  try {
    await health.listen(config.METRICS_PORT)
    log.info({ port: config.METRICS_PORT, node: process.version }, 'started')
    await main({ config, log, metrics, health, signal })
    log.info('ended')
    process.exitCode = 0
  } catch (error) {
    log.fatal({ err: error }, 'failed')
    process.exitCode = 1
  } finally {
    await health.close()
    // Anything still open (a kept connection) must not keep the process from ending.
    setTimeout(() => process.exit(), 1000).unref()
  }
}
