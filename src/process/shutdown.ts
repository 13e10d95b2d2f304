import type { Log } from './log.ts'

/** Time for main to return after SIGTERM, below the 30 s after which the kubelet kills the process. */
const SHUTDOWN_LIMIT_MS = 25_000

/**
 * Returns a signal that is aborted on SIGTERM or SIGINT. A second one, or a shutdown longer than `limitMs`, ends the
 * process with code 1; so does an unhandled error, because it leaves an unknown state.
 */
export const shutdownSignal = (log: Log, limitMs = SHUTDOWN_LIMIT_MS): AbortSignal => {
  const controller = new AbortController()
  const onSignal = (name: string): void => {
    if (controller.signal.aborted) process.exit(1)
    log.info({ signal: name }, 'shutting down')
    controller.abort(new Error(`shutting down: ${name}`))
    setTimeout(() => {
      log.error({ limitMs }, 'shutdown timed out')
      process.exit(1)
    }, limitMs).unref()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  const onFatal = (kind: string) => (error: unknown) => {
    log.fatal({ err: error }, kind)
    process.exit(1)
  }
  process.on('unhandledRejection', onFatal('unhandled rejection'))
  process.on('uncaughtException', onFatal('uncaught exception'))
  return controller.signal
}
