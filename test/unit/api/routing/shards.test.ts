import assert from 'node:assert/strict'
import { shardReplicas, SHARDS } from '../../../../src/api/routing/shards.ts'

const countsOf = (replicas: number): number[] => {
  const holders = shardReplicas(replicas)
  return Array.from({ length: replicas }, (_, replica) => holders.filter((holder) => holder === replica).length)
}

describe('the replicas that hold shards', () => {
  for (let replicas = 1; replicas <= 20; replicas += 1)
    it(`have about the same number of them: ${replicas}`, () => {
      assert.equal(shardReplicas(replicas).length, SHARDS.length)
      const counts = countsOf(replicas)
      assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join(' '))
    })

  it('keep theirs, but for those of a replica that comes or goes', () => {
    for (let replicas = 1; replicas < 20; replicas += 1) {
      const [before, after] = [shardReplicas(replicas), shardReplicas(replicas + 1)]
      for (const [shard, holder] of after.entries())
        assert.ok(holder === before[shard] || holder === replicas, `${replicas}: ${after.join(' ')}`)
    }
  })
})
