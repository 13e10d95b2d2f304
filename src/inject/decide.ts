import type { Pod } from '../api/kubernetes.ts'
import type { Decision, DecisionContext } from './types.ts'

/** What is done to a pod and why; pure, and answers for any pod shape. */
export const decide = (_pod: Pod, _context: DecisionContext): Decision => ({
  patch: [],
  containers: {},
  outcome: 'NoSuchWorkload',
  trace: [],
})
