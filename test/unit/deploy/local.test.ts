import assert from 'node:assert/strict'
import { canReuse } from '../../../deploy/local/cluster.ts'
import { parseHierarchies } from '../../../deploy/local/cgroups.ts'
import { missingRequirement } from '../../../deploy/local/requirements.ts'
import { dataDir, runDir } from '../../../deploy/local/settings.ts'
import { ourMounts } from '../../../deploy/local/traces.ts'

const machine = {
  platform: 'linux',
  arch: 'x64',
  userId: 0,
  goVersion: 'go version go1.26.8 linux/amd64',
  freeBytes: 80e9,
}

describe('local cluster: what it decides', () => {
  const refusals: [string, Partial<typeof machine> | { goVersion: undefined }, RegExp][] = [
    ['another system', { platform: 'darwin' }, /Linux.*darwin.*--context/],
    ['another processor', { arch: 'arm64' }, /x86-64.*arm64/],
    ['no root', { userId: 1000 }, /root.*sudo/],
    ['no Go', { goVersion: undefined }, /no Go.*go\.dev/],
    ['an old Go', { goVersion: 'go version go1.19.8 linux/amd64' }, /1\.21 or newer.*go1\.19\.8/],
    ['a full disk', { freeBytes: 3.2e9 }, /15 GB.*3\.2 GB.*ODIGOS_CACHE/],
  ]
  for (const [what, change, message] of refusals)
    it(`refuses ${what}, with the remedy`, () => {
      assert.match(missingRequirement({ ...machine, ...change }) ?? '', message)
    })

  it('accepts a machine that has it all', () => {
    assert.equal(missingRequirement(machine), undefined)
    assert.equal(missingRequirement({ ...machine, goVersion: 'go version go1.21 linux/amd64' }), undefined)
  })

  const running = { state: 'running', version: 'v1', checkout: '/elsewhere', startedAt: 'today', daemons: [] } as const

  it('reuses a running cluster of the same version only', () => {
    assert.equal(canReuse(running, 'v1', false), true)
    assert.equal(canReuse({ ...running, state: 'broken' }, 'v1', false), false)
    assert.equal(canReuse({ state: 'stopped', daemons: [] }, 'v1', false), false)
  })

  it('replaces a cluster of another version when told so, and otherwise refuses with the remedy', () => {
    assert.equal(canReuse(running, 'v2', true), false)
    assert.throws(() => canReuse(running, 'v2', false), /started by \/elsewhere at today[^]*--replace/)
  })

  it('finds control groups of both versions', () => {
    const mounts = [
      'cgroup /sys/fs/cgroup/pids cgroup rw,relatime,pids 0 0',
      'tmpfs /run tmpfs rw 0 0',
      'cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0',
    ].join('\n')
    assert.deepEqual(parseHierarchies(mounts), [
      { path: '/sys/fs/cgroup/pids', version: 1, controllers: ['rw', 'relatime', 'pids'] },
      { path: '/sys/fs/cgroup/unified', version: 2, controllers: [] },
    ])
  })

  it('unmounts only what is below its own folders, the last mounted first', () => {
    const paths = ['/', `${runDir}/a`, `${runDir}-other/x`, '/var/lib/docker', `${dataDir}/with\\040space`]
    const mountinfo = paths.map((path) => `30 1 0:1 / ${path} rw - tmpfs tmpfs rw`).join('\n')
    assert.deepEqual(ourMounts(mountinfo), [`${dataDir}/with space`, `${runDir}/a`])
  })
})
