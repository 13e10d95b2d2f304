import assert from 'node:assert/strict'
import type { Node } from '../../../src/detector/detect.ts'
import { detect } from '../../../src/detector/detect.ts'
import { processOf } from './replay.ts'

const ID = 'a'.repeat(64)
const MIB = 1024 * 1024
const V1 = '/sys/fs/cgroup/memory'

const measured = (files: Record<string, string>, over: Partial<Node> = {}, argv = ['node', 'server.js']) => {
  const target = { key: 'shop/Deployment/web', podUid: 'p', containers: [{ name: 'app', containerId: ID }] }
  const node: Node = {
    pids: () => [100, 101],
    cgroup: () => `0::/kubepods/${ID}\n`,
    mountinfo: () => '',
    proportionalKiB: () => undefined,
    snapshot: (pid) => processOf({ pid, exe: '/usr/local/bin/node', argv, rssKiB: 30 * 1024 }),
    look: {
      files: (_pid, paths) => Object.fromEntries(Object.entries(files).filter(([path]) => paths.includes(path))),
      markers: () => ({}),
    },
    ...over,
  }
  return [...detect([target], node)][0]?.[0]?.measured
}

const v2 = (procs: string): Record<string, string> => ({
  '/sys/fs/cgroup/cgroup.procs': procs,
  '/sys/fs/cgroup/memory.current': `${100 * MIB}\n`,
  '/sys/fs/cgroup/memory.stat': `anon 1\ninactive_file ${60 * MIB}\nactive_file 5\n`,
})

describe('detector: memory of a container', () => {
  const v1 = {
    [`${V1}/cgroup.procs`]: '100\n101\n',
    [`${V1}/memory.usage_in_bytes`]: `${100 * MIB}\n`,
    [`${V1}/memory.stat`]: `inactive_file 7\ntotal_inactive_file ${20 * MIB}\n`,
  }
  const rows: [title: string, files: Record<string, string>, over: Partial<Node>, memoryMiB: number][] = [
    ['is the working set of its control group', v2('100\n101\n'), {}, 40],
    ['also where its processes are in groups below', v2(''), {}, 40],
    ['also in version 1', v1, {}, 80],
    ['is that of its processes where it sees the groups of the node', v2('1\n100\n101\n'), {}, 60],
    ['is that of its processes where it sees none', {}, {}, 60],
    ['does not count twice what they share', {}, { proportionalKiB: () => 12 * 1024 }, 24],
    ['is not believed where it is no number', { ...v2(''), '/sys/fs/cgroup/memory.current': 'max\n' }, {}, 60],
  ]
  for (const [title, files, over, memoryMiB] of rows) {
    it(title, () => assert.deepEqual(measured(files, over), { memoryMiB, processes: 2 }))
  }

  it('comes with the patience of a supervisor', () => {
    const python = (argv: string[]) =>
      measured({}, { snapshot: (pid) => processOf({ pid, exe: '/usr/bin/python3.11', argv }) })?.startWithinSeconds
    const argv = (command: string): string[] => ['python3', '/usr/bin/uvicorn', ...command.split(' ')]
    assert.equal(python(argv('app:app --workers 4')), 5)
    assert.equal(python(argv('app:app --workers=2')), 5)
    assert.equal(python(argv('app:app --workers 12 --port 80')), 5)
    assert.equal(python(['python3', '-m', 'fastapi', 'run', '--workers', '2']), 5)
    assert.equal(python(argv('app:app --workers 1')), undefined)
    assert.equal(python(argv('app:app --reload')), undefined)
    for (const order of [
      ['-k', 'uvicorn.workers.UvicornWorker', '--workers', '4'],
      ['--workers', '4', '-k', 'uvicorn.workers.UvicornWorker'],
    ]) {
      assert.equal(python(['python3', '/usr/bin/gunicorn', ...order]), undefined)
    }
  })
})
