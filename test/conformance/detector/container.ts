import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DetectorTarget } from '../../../src/api/detector-protocol.ts'

/** Processes in namespaces of their own, which the detector takes for a container by what the kubelet would mount. */
export interface FakeContainer {
  target: DetectorTarget
  stop: () => Promise<void>
}

export interface FakeContainerOptions {
  command: string[]
  env?: Record<string, string>
  /** Shell commands in the mount namespace before the program starts; `$ROOT` is an empty folder. */
  prepare?: string
  /** Whether `$ROOT` becomes the root, as in a real container. */
  isRooted?: boolean
}

const stop = async (child: ChildProcess, folder: string): Promise<void> => {
  if (child.exitCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
  rmSync(folder, { recursive: true })
}

/** Starts a program as the only process of a container; needs root. */
export const startContainer = async (key: string, options: FakeContainerOptions): Promise<FakeContainer> => {
  const folder = mkdtempSync(join(tmpdir(), 'container-'))
  const podUid = randomUUID()
  const mounted = join(folder, `pods/${podUid}/containers/app/0123abcd`)
  const root = join(folder, 'root')
  mkdirSync(join(mounted, '..'), { recursive: true })
  mkdirSync(join(root, 'dev'), { recursive: true })
  writeFileSync(mounted, '')
  const script = [
    'set -e',
    'mount --bind "$ROOT" "$ROOT"',
    'mount -t tmpfs tmpfs "$ROOT/dev"',
    'cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom "$ROOT/dev"',
    'touch "$ROOT/dev/termination-log"',
    'mount --bind "$MOUNTED" "$ROOT/dev/termination-log"',
    options.prepare ?? '',
    options.isRooted ? 'cd "$ROOT"; mkdir .old; pivot_root . .old; umount -l .old' : 'mount --rbind "$ROOT/dev" /dev',
    'exec "$@"',
  ].join('\n')
  // The first unshare stays outside of the mount namespace, or it would be a process of the container.
  const isolated = ['-pf', '--kill-child', 'unshare', '-m', '--propagation', 'private', 'sh', '-c', script, 'sh']
  const child = spawn('unshare', [...isolated, ...options.command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '', ...options.env, MOUNTED: mounted, ROOT: root },
  })
  await sleep(100)
  if (child.exitCode !== null) throw new Error(`${key} has ended: ${child.exitCode}`)
  const containers = [{ name: 'app', containerId: randomUUID().replaceAll('-', '').repeat(2) }]
  return { target: { key, podUid, containers }, stop: () => stop(child, folder) }
}
