import assert from 'node:assert/strict'
import type { CollectorResources } from '../../../src/api/types/resources.ts'
import { memoryLimitMiB, withDefaultSize } from '../../../src/api/types/resources.ts'

const DEFAULT = { cpu: '100m', memory: '256Mi' }
const both = (cpu: string, memory: string, limits: CollectorResources['limits']): CollectorResources => ({
  requests: { cpu, memory },
  limits,
})

describe('the resources of a collector', () => {
  const cases: [title: string, given: CollectorResources, expected: CollectorResources][] = [
    ['defaults', {}, both('100m', '256Mi', { memory: '256Mi' })],
    ['a request follows the limit', { limits: { memory: '1Gi' } }, both('100m', '1Gi', { memory: '1Gi' })],
    ['a limit is no less than its request', { requests: { memory: '1Gi' } }, both('100m', '1Gi', { memory: '1Gi' })],
    ['a small request keeps the limit', { requests: { memory: '64Mi' } }, both('100m', '64Mi', { memory: '256Mi' })],
    ['a CPU limit', { limits: { cpu: '50m' } }, both('50m', '256Mi', { cpu: '50m', memory: '256Mi' })],
    ['a CPU request', { requests: { cpu: '2' } }, both('2', '256Mi', { memory: '256Mi' })],
  ]
  for (const [title, given, expected] of cases)
    it(title, () => assert.deepEqual(withDefaultSize(given, DEFAULT), expected))

  it('give the memory limit in whole MiB, whatever its unit', () => {
    const limits = [
      ['512Mi', 512],
      ['1Gi', 1024],
      ['1G', 953],
      [536_870_912, 512],
      ['1.5Gi', 1536],
    ] as const
    for (const [memory, expected] of limits) assert.equal(memoryLimitMiB({ limits: { memory } }), expected)
  })
})
