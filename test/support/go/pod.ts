/** Processes as in a pod that shares its process namespace: the first one waits, all others see only each other. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { isTrueWithin } from '../../../tools/eventually.ts'
import type { Options, Running } from '../../conformance/agents/program.ts'
import { start } from '../../conformance/agents/program.ts'
import { sendSignal } from '../send-signal.ts'
import { treeOf } from '../../zoo/harness/process-tree.ts'

export interface Pod {
  /** Starts a program in the pod; `pid` is that outside of it. */
  start: (command: string, args: readonly string[], options?: Options) => Promise<Running>
  /** Ends all its processes. */
  stop: () => Promise<void>
}

/**
 * The first process of the pause container waits for ever, too. A container has no file system for eBPF, in which agents of several
 * pods would find each other's files: one that this machine has is hidden.
 */
const PAUSE = ['sh', '-c', 'umount /sys/fs/bpf 2>/dev/null; exec sleep infinity']
const STARTED_WITHIN_MS = 10_000

const isSleeping = (pid: number | undefined): boolean =>
  pid !== undefined && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n'

const childOf = (pid: number): number | undefined => treeOf(pid)[1]

/** `nsenter` starts the program as its child, ends like it, and passes on no signals. */
const startIn = async (init: number, command: readonly string[], options: Options = {}): Promise<Running> => {
  const { cwd = '/' } = options
  const enter = ['--target', String(init), '--pid', '--mount', `--wdns=${cwd}`, '--']
  const outer = start('nsenter', [...enter, ...command], options)
  let hasEnded = false
  void outer.outcome.finally(() => (hasEnded = true))
  await isTrueWithin(STARTED_WITHIN_MS, () => hasEnded || childOf(outer.pid) !== undefined, 5)
  const pid = childOf(outer.pid) ?? outer.pid
  return {
    ...outer,
    pid,
    end: (signal = 'SIGTERM') => {
      if (!hasEnded) sendSignal(pid, signal)
      return outer.outcome
    },
  }
}

/** Starts a pod without containers. Needs root. */
export const startPod = async (): Promise<Pod> => {
  const pause = spawn('unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', ...PAUSE], { stdio: 'ignore' })
  const ended = once(pause, 'exit')
  const { pid = 0 } = pause
  await isTrueWithin(STARTED_WITHIN_MS, () => isSleeping(childOf(pid)), 5)
  const init = childOf(pid)
  if (init === undefined) throw new Error('no process namespace')
  return {
    start: (command, args, options) => startIn(init, [command, ...args], options),
    stop: async () => {
      pause.kill('SIGKILL')
      await ended
    },
  }
}
