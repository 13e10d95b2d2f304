/** A kind and a reason are added in the places that CONTRIBUTING names, and nowhere else. */
import assert from 'node:assert/strict'
import { z } from 'zod'
import { customResourceDefinition } from '../../../src/api/crd.ts'
import { KINDS } from '../../../src/api/kinds/index.ts'
import { AGE_COLUMN, defineKind } from '../../../src/api/kinds/kind.ts'
import { REASONS } from '../../../src/api/reasons.ts'
import { conditionsSchema, reasonSchema } from '../../../src/api/types/condition-schema.ts'
import { ownResources, RESOURCES } from '../../../src/kube/resources.ts'
import { explain } from '../../../src/view/words.ts'

describe('one addition, one place', () => {
  it('a kind is one definition in the registry: CRD and type of resource follow', () => {
    const probeKind = defineKind({
      key: 'probes',
      kind: 'Probe',
      plural: 'probes',
      shortNames: ['odigosprobe'],
      description: 'Probe is fictitious.',
      spec: z.object({ path: z.string().max(10) }),
      status: z.object({}),
      columns: [AGE_COLUMN],
    })
    const kinds = [...KINDS, probeKind] as const
    const resources = ownResources(kinds)
    assert.deepEqual(resources.probes, {
      group: 'odigos.io',
      version: 'v1alpha1',
      plural: 'probes',
      kind: 'Probe',
      namespaced: true,
    })
    assert.deepEqual(resources.actions, RESOURCES.actions)
    const crds = kinds.map((kind) => customResourceDefinition(kind)['metadata'] as { name: string })
    assert.equal(crds.at(-1)?.name, 'probes.odigos.io')
  })

  it('a reason is one entry in the list: every schema, and an older one, takes it', () => {
    const reasons = { ...REASONS, MoonPhase: { meaning: 'the moon is full', remedy: 'wait' } }
    for (const reason of Object.keys(reasons)) assert.ok(reasonSchema.safeParse(reason).success, reason)
    const condition = {
      type: 'Accepted',
      status: 'False',
      reason: 'MoonPhase',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    }
    assert.ok(conditionsSchema.safeParse([condition]).success)
    assert.deepEqual(explain('MoonPhase'), { meaning: 'MoonPhase', remedy: '' }, 'an older UI shows the word')
    assert.deepEqual(explain('Valid'), REASONS.Valid)
  })
})
