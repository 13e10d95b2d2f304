import type { Logger } from 'pino'
import { pino } from 'pino'

/** Structured log; `log.info({ namespace, name }, 'message')`. */
export type Log = Logger

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Fields that can contain a secret, at the depths at which objects are logged: Secrets, kubeconfigs, HTTP headers. */
const SECRET_FIELDS = [
  'data',
  'stringData',
  'token',
  'password',
  'authorization',
  'Authorization',
  'key',
  'clientKeyData',
]
const redactedPaths = SECRET_FIELDS.flatMap((field) => [`*.${field}`, `*.*.${field}`])

/** A log that writes one JSON object per line to stdout; `level` as a word, `time` as RFC 3339. */
export const createLog = (name: string, level: LogLevel = 'info'): Log =>
  pino({
    level,
    // Not `name`, which Kubernetes objects have.
    base: { process: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: redactedPaths, censor: '[secret]' },
  })
