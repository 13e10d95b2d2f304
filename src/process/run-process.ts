import type { Config, ProcessName } from './config.ts'
import type { Health } from './health.ts'
import { createHealthServer } from './health.ts'
import type { Log } from './log.ts'
import { createLog } from './log.ts'
import type { Metrics } from './metrics.ts'
import { createMetrics } from './metrics.ts'
import { readConfig } from './read-config.ts'
import { shutdownSignal } from './shutdown.ts'

/** The arguments of a process's main function. */
export interface ProcessContext<Name extends ProcessName> {
  config: Config<Name>
  log: Log
  metrics: Metrics
  health: Health
  /** Aborted on SIGTERM or SIGINT, whereupon main returns. */
  signal: AbortSignal
}

/** Processes that serve health and metrics: not the detector, nor the UI, whose server is Next.js. */
export type ServingProcess = Exclude<ProcessName, 'detector' | 'queue-keeper' | 'ui'>

/**
 * Runs a process from its configuration to its end: exit code 0 if `main` returned, 1 if it threw or the configuration is
 * invalid. The process stops being ready on SIGTERM or SIGINT.
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
    // Anything still open, such as an idle connection, must not keep the process running.
    setTimeout(() => process.exit(), 1000).unref()
  }
}
