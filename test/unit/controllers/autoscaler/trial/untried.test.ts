import assert from 'node:assert/strict'
import type { Action } from '../../../../../src/api/kinds/action.ts'
import type { AssessedAction } from '../../../../../src/controllers/autoscaler/actions/acceptance.ts'
import type { Configured } from '../../../../../src/controllers/autoscaler/group-status.ts'
import { markUntried } from '../../../../../src/controllers/autoscaler/trial/untried.ts'

const BEING_TRIED: Configured = { reason: 'BeingTried', message: 'being started' }
const IN_USE: Configured = { hash: 'a', workloadHash: 'b', message: '' }

interface Scene {
  /** What the status says so far. */
  before?: { status: string; observedGeneration: number }
  /** What is decided without a trial. */
  decided?: 'True' | 'False'
  isSelecting?: boolean
}

/** An Action of generation 2. */
const assessed = ({ before, decided = 'True', isSelecting = true }: Scene): AssessedAction => ({
  action: {
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'Action',
    metadata: { name: 'one', namespace: 'odigos-system', generation: 2 },
    spec: { type: 'DeleteAttributes', signals: ['traces'], deleteAttributes: ['a'], disabled: false },
    ...(before ? { status: { conditions: [{ type: 'Accepted', reason: 'Valid', message: '', ...before }] } } : {}),
  } as Action,
  ...(isSelecting ? { selected: {} } : {}),
  condition: { type: 'Accepted', status: decided, reason: decided === 'True' ? 'Valid' : 'InvalidField', message: '' },
})

const CASES: Record<string, { scene: Scene; configured?: Configured; expected: string }> = {
  'is Unknown for what is new': { scene: {}, configured: BEING_TRIED, expected: 'Unknown BeingTried' },
  'is Unknown for what was changed': {
    scene: { before: { status: 'True', observedGeneration: 1 } },
    configured: BEING_TRIED,
    expected: 'Unknown BeingTried',
  },
  'stays True for what collectors have': {
    scene: { before: { status: 'True', observedGeneration: 2 } },
    configured: BEING_TRIED,
    expected: 'True Valid',
  },
  'stays Unknown while it is tried': {
    scene: { before: { status: 'Unknown', observedGeneration: 2 } },
    configured: BEING_TRIED,
    expected: 'Unknown BeingTried',
  },
  'is Unknown where no trial can run': {
    scene: {},
    configured: { reason: 'TrialNotRun', message: 'no room' },
    expected: 'Unknown TrialNotRun',
  },
  'is Unknown while a culprit is searched': {
    scene: {},
    configured: { reason: 'ConfigurationRejected', message: 'unknown key' },
    expected: 'Unknown ConfigurationRejected',
  },
  'is True as soon as collectors get it': { scene: {}, configured: IN_USE, expected: 'True Valid' },
  'stays False for what is refused': {
    scene: { decided: 'False' },
    configured: BEING_TRIED,
    expected: 'False InvalidField',
  },
  'is True for what selects nothing, and so is in no configuration': {
    scene: { isSelecting: false },
    configured: BEING_TRIED,
    expected: 'True Valid',
  },
  'is True for an Action where there is no Destination to try it with': {
    scene: {},
    configured: { reason: 'WaitingForDestination', message: '' },
    expected: 'True Valid',
  },
  'is True for an Action where there is no gateway': { scene: {}, expected: 'True Valid' },
}

describe('the condition Accepted before a trial has ended', () => {
  for (const [title, { scene, configured, expected }] of Object.entries(CASES)) {
    it(title, () => {
      const { actions } = markUntried({ destinations: [], actions: [assessed(scene)] }, configured)
      const { status, reason } = actions[0]?.condition ?? {}
      assert.equal(`${status} ${reason}`, expected)
    })
  }
})
