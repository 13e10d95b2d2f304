import { baseName, notSupported, STRENGTH } from '../rule.ts'
import type { Rule } from '../rule.ts'

/** Bun imitates the arguments and variables of Node.js, but does not support its agents. */
export const bun: Rule = {
  language: 'bun',
  match: ({ exe }) => (/^bunx?$/.test(baseName(exe)) ? { strength: STRENGTH.role, evidence: `exe ${exe}` } : undefined),
  describe: () => ({ problem: { ...notSupported('Bun does not support agents'), reason: 'NotSupported' } }),
}
