import assert from 'node:assert/strict'
import { decideStart } from '../../../deploy/local/cluster.ts'
import type { ClusterStatus, StartOptions } from '../../../deploy/local/cluster.ts'
import { parseHierarchies } from '../../../deploy/local/cgroups.ts'
import { missingRequirement, userProblem } from '../../../deploy/local/requirements.ts'
import type { Disk, Machine } from '../../../deploy/local/requirements.ts'
import { DATA_DIR, RUN_DIR } from '../../../deploy/local/settings.ts'
import { CHECKOUT } from '../../../deploy/local/state.ts'
import { ourMounts } from '../../../deploy/local/traces.ts'
import { installProblem } from '../../../tools/requirements.ts'
import { CACHE_DIR } from '../../../tools/step.ts'

const disk = (folder: string, freeBytes: number): Disk => ({ folder, freeBytes, neededBytes: 5e9 })
const machine: Machine = {
  platform: 'linux',
  arch: 'x64',
  goVersion: 'go version go1.26.8 linux/amd64',
  disks: [disk(CACHE_DIR, 80e9), disk('/var/lib', 80e9)],
}

describe('local cluster: what it decides', () => {
  const users: [string, [string, string, number], RegExp][] = [
    ['another system', ['darwin', 'x64', 0], /Linux.*darwin.*--context/],
    ['another processor', ['linux', 'arm64', 0], /x86-64.*arm64/],
    ['a user who is not root', ['linux', 'x64', 1000], /root.*sudo/],
  ]
  for (const [what, user, message] of users)
    it(`refuses ${what} before anything else, with the remedy`, () => {
      assert.match(userProblem(...user) ?? '', message)
    })

  const refusals: [string, Partial<Machine>, RegExp][] = [
    ['no Go', { goVersion: undefined }, /Go is required.*go\.dev/],
    ['an old Go', { goVersion: 'go version go1.19.8 linux/amd64' }, /1\.21 or later.*go1\.19\.8/],
    ['a full disk', { disks: [disk(CACHE_DIR, 3.2e9)] }, /5 GB.*3\.2 GB.*ODIGOS_CACHE/],
    ['a full disk of the state', { disks: [disk(CACHE_DIR, 6e9), disk('/var/lib', 1e9)] }, /5 GB.*\/var\/lib.*1\.0 GB/],
  ]
  for (const [what, change, message] of refusals)
    it(`refuses ${what}, with the remedy`, () => {
      assert.match(missingRequirement({ ...machine, ...change }) ?? '', message)
    })

  it('accepts a machine that has it all', () => {
    assert.equal(userProblem('linux', 'x64', 0), undefined)
    assert.equal(missingRequirement(machine), undefined)
    assert.equal(missingRequirement({ ...machine, goVersion: 'go version go1.21 linux/amd64' }), undefined)
  })

  it('says how to get packages that it cannot install itself', () => {
    assert.match(installProblem(['maven', 'clang'], true, 1000) ?? '', /sudo apt-get install maven clang$/)
    assert.match(installProblem(['maven'], false, 0) ?? '', /apt-get is not available.*maven$/)
    assert.equal(installProblem(['maven'], true, 0), undefined)
  })

  const daemons = [{ name: 'etcd', pids: [7] }] as const
  const foreign = { state: 'running', version: 'v1', checkout: '/elsewhere', startedAt: 'today', daemons } as const
  const own = { ...foreign, checkout: CHECKOUT } as const
  const crashed = { state: 'broken', daemons: [{ name: 'etcd', pids: [] }] } as const
  const refusal = /does not respond.*started by \/elsewhere at today[^]*npm run stop[^]*--replace/
  const starts: [string, ClusterStatus, StartOptions, string | RegExp][] = [
    ['no cluster', { state: 'stopped', daemons: [] }, {}, 'start'],
    ['a cluster of the same version', own, {}, 'use'],
    ['one of the same version that another checkout started', foreign, {}, 'use'],
    ['one of another version', { ...own, version: 'v2' }, { replace: true }, 'replace'],
    ['one of another version, unasked', { ...own, version: 'v2' }, {}, /another version.*started by[^]*--replace/],
    ['a silent one of ours', { ...own, state: 'broken' }, {}, 'replace'],
    ['a silent one of another checkout', { ...foreign, state: 'broken' }, { replace: true }, 'replace'],
    ['a silent one of another checkout, unasked', { ...foreign, state: 'broken' }, {}, refusal],
    [
      'one of nobody knows whom, unasked',
      { state: 'broken', daemons },
      {},
      /does not respond is running on this machine\./,
    ],
    ['what a crash of another checkout left', { ...foreign, ...crashed }, {}, 'replace'],
    ['ours, where a fresh one is wanted', own, { fresh: true }, 'replace'],
    ['ours of another version, where a fresh one is wanted', { ...own, version: 'v2' }, { fresh: true }, 'replace'],
    ['that of another checkout, where a fresh one is wanted', foreign, { fresh: true, replace: true }, 'replace'],
    ['that of another checkout, where a fresh one is wanted, unasked', foreign, { fresh: true }, 'use'],
  ]
  for (const [what, status, options, expected] of starts)
    it(`finds ${what}: ${typeof expected === 'string' ? expected : 'refuses'}`, () => {
      if (typeof expected === 'string') assert.equal(decideStart(status, 'v1', options), expected)
      else assert.throws(() => decideStart(status, 'v1', options), expected)
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
    const paths = ['/', `${RUN_DIR}/a`, `${RUN_DIR}-other/x`, '/var/lib/docker', `${DATA_DIR}/with\\040space`]
    const mountinfo = paths.map((path) => `30 1 0:1 / ${path} rw - tmpfs tmpfs rw`).join('\n')
    assert.deepEqual(ourMounts(mountinfo), [`${DATA_DIR}/with space`, `${RUN_DIR}/a`])
  })
})
