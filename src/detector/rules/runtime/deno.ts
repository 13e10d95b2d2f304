import { baseName, STRENGTH } from '../rule.ts'
import type { Rule } from '../rule.ts'

export const deno: Rule = {
  language: 'deno',
  match: ({ exe }) => (baseName(exe) === 'deno' ? { strength: STRENGTH.role, evidence: `exe ${exe}` } : undefined),
  describe: ({ env }) => ({
    version: env['DENO_VERSION'],
    problem: { reason: 'NotSupported', message: 'Deno has OpenTelemetry built in: set OTEL_DENO=true' },
  }),
}
