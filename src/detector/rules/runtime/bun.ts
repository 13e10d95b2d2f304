import { baseName, notSupported, STRENGTH } from '../rule.ts'
import type { Rule } from '../rule.ts'

/** Bun takes the names of Node.js in its arguments and variables, but not its agents. */
export const bun: Rule = {
  language: 'bun',
  match: ({ exe }) => (/^bunx?$/.test(baseName(exe)) ? { strength: STRENGTH.role, evidence: `exe ${exe}` } : undefined),
  describe: () => ({ problem: { ...notSupported('Bun takes no agent'), reason: 'NotSupported' } }),
}
