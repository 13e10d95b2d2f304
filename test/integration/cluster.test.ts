/**
 * Starts, crashes, refuses, restarts and stops a real cluster, and compares the machine before and after. It is a second
 * cluster beside the one that the other tests use, so that neither disturbs the other.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sendSignal } from '../support/send-signal.ts'

const repository = join(import.meta.dirname, '..', '..')
const name = 'odigos-local-second'
const stateFile = `/var/lib/${name}/state.json`
const env = { ...process.env, ODIGOS_LOCAL_INSTANCE: 'second', CI: '' }

const cluster = (...args: string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['deploy/local/main.ts', ...args], {
    cwd: repository,
    env,
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

const lines = (program: string, ...args: string[]): string[] => {
  const { stdout, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (error) throw error
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

/** Programs that run, as `<pid> <command line>`, that belong to the second cluster. */
const ownProcesses = (): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const isOurs =
          readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`/${name}/`) || command.includes(`/${name}/`)
        return isOurs ? [`${pid} ${command}`] : []
      } catch {
        return [] // ended meanwhile
      }
    })

const sysctls = [
  'vm.overcommit_memory',
  'vm.panic_on_oom',
  'kernel.panic',
  'kernel.panic_on_oops',
  'kernel.keys.root_maxkeys',
]

/** What a cluster could leave behind. The first cluster may run pods meanwhile: its mounts and control groups do not count. */
const machine = (): Record<string, unknown> => {
  const isOfFirst = (line: string): boolean => /odigos-local(?!-second)/.test(line)
  return {
    processes: ownProcesses(),
    mounts: lines('cat', '/proc/mounts').filter((line) => !isOfFirst(line)),
    links: lines('ip', '-brief', 'link').map((line) => line.split(' ')[0]),
    routes: lines('ip', 'route'),
    rules: [...lines('iptables-save'), ...lines('ip6tables-save')].filter((line) => !line.startsWith(':')),
    namespaces: lines('ip', 'netns', 'list'),
    groups: lines('find', '/sys/fs/cgroup', '-type', 'd', '-name', 'odigos-local*').filter((line) => !isOfFirst(line)),
    sysctls: lines('sysctl', ...sysctls, 'net.ipv4.ip_forward'),
    folders: ['/run', '/var/lib', '/var/log', '/opt', '/etc']
      .flatMap((folder) => lines('ls', folder))
      .filter((entry) => entry !== name),
  }
}

const used = (): { bin: string; kubeconfig: string } => {
  const { output } = cluster('start')
  const kubeconfig = /KUBECONFIG=(\S+)/.exec(output)?.[1]
  const bin = /^ {2}(\S+\/kubectl) get/m.exec(output)?.[1]
  assert(kubeconfig !== undefined && bin !== undefined, output)
  return { bin, kubeconfig }
}

const kubectl = (...args: string[]): string => {
  const { bin, kubeconfig } = used()
  return execFileSync(bin, ['--kubeconfig', kubeconfig, ...args], { encoding: 'utf8' })
}

const crash = (): void => {
  const files = lines('find', '/sys/fs/cgroup', '-path', `*/${name}/daemons/*`, '-name', 'cgroup.procs')
  const pids = new Set(files.flatMap((file) => lines('cat', file)).map(Number)) // each controller names all of them
  assert(pids.size >= 7, `only ${pids.size} processes to kill`)
  for (const pid of pids) sendSignal(pid, 'SIGKILL') // one that served another may end with it
}

describe('local cluster: start, crash, stop', function () {
  this.timeout(600_000)
  let untouched: Record<string, unknown>

  before(() => {
    cluster('stop')
    untouched = machine()
  })
  after(() => {
    cluster('stop')
  })

  it('starts from nothing, runs pods, and answers for its state', () => {
    const { status, output } = cluster('start')
    assert.equal(status, 0, output)
    assert.match(cluster('status').output, /^running/)
    assert.match(kubectl('get', 'pods', '-n', 'kube-system'), /coredns\S+ +1\/1 +Running/)
    assert.notDeepEqual(machine(), untouched)
  })

  it('is found and reused by a second start', () => {
    const { startedAt } = JSON.parse(readFileSync(stateFile, 'utf8')) as { startedAt: string }
    assert.equal(cluster('start').status, 0)
    assert.equal((JSON.parse(readFileSync(stateFile, 'utf8')) as { startedAt: string }).startedAt, startedAt)
  })

  it('is not replaced by a start of another version, unless that is asked for', () => {
    const state = JSON.parse(readFileSync(stateFile, 'utf8')) as object
    writeFileSync(stateFile, JSON.stringify({ ...state, version: 'other', checkout: '/elsewhere' }))
    const { status, output } = cluster('start')
    assert.equal(status, 1)
    assert.match(output, /another version.*\/elsewhere[^]*--replace/)
    assert.match(cluster('status').output, /^running, version other/)
    writeFileSync(stateFile, JSON.stringify(state))
  })

  it('starts again after a crash that left pods, mounts and links behind', () => {
    crash()
    assert.match(cluster('status').output, /^broken/)
    const { status, output } = cluster('start')
    assert.equal(status, 0, output)
    assert.match(kubectl('get', 'nodes'), / Ready /)
  })

  it('leaves the machine as it was when it is stopped after a crash', () => {
    crash()
    const { status, output } = cluster('stop')
    assert.equal(status, 0, output)
    assert.deepEqual(machine(), untouched)
    assert(!existsSync(stateFile))
    assert.match(cluster('status').output, /^stopped/)
  })

  it('leaves the machine as it was when it is stopped while it runs', () => {
    assert.equal(cluster('start').status, 0)
    assert.equal(cluster('stop').status, 0)
    assert.deepEqual(machine(), untouched)
  })
})
