/** The detector as it runs in a pod: its bundle, with its variables. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { ContainerDetection, DetectorTarget } from '../../../src/api/detector-protocol.ts'
import { decodeReport } from '../../../src/api/detector-protocol.ts'
import { DETECTOR_FLAGS } from '../../../src/controllers/instrumentor/detection/manifest.ts'
import { PROCESSES } from '../../../tools/bundle.ts'

/** The peak is read from /proc: the kernel keeps `ru_maxrss` over `execve`, so it may be that of the process that forked. */
const PRINT_USE = `data:text/javascript,import{readFileSync}from"node:fs";process.on("exit",()=>{
const u=process.resourceUsage(),peak=/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status","utf8"))[1];
console.error("used",peak,Math.round((u.userCPUTime+u.systemCPUTime)/1000))})`

const bundleFile = (folder: string): string => join(folder, 'detector.mjs')
export const messageFile = (folder: string): string => join(folder, 'termination-log')

export const bundleDetector = (folder: string): Promise<unknown> =>
  build({
    entryPoints: [join(import.meta.dirname, '../../..', PROCESSES.detector)],
    outfile: bundleFile(folder),
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  })

/**
 * Runs it for targets of one container each; answers by their keys, the memory of the larger of its processes, and the CPU
 * time of all, which tells more than the clock of a busy machine.
 */
export const runDetector = (folder: string) => (targets: readonly DetectorTarget[]) => {
  const { stderr, stdout, status } = spawnSync(
    process.execPath,
    [...DETECTOR_FLAGS, '--import', PRINT_USE, bundleFile(folder)],
    {
      encoding: 'utf8',
      env: { TARGETS: JSON.stringify(targets), TERMINATION_MESSAGE_PATH: messageFile(folder) },
    },
  )
  assert.equal(status, 0, stderr + stdout)
  const report = decodeReport(readFileSync(messageFile(folder), 'utf8'))
  const answers = new Map(
    report?.answers.map(({ target, containers: [answer] }) => [targets[target]?.key, answer as ContainerDetection]),
  )
  const used = [...stderr.matchAll(/^used (\d+) (\d+)$/gm)].map(([, rssKiB, cpuMs]) => ({ rssKiB, cpuMs }))
  return {
    answers,
    rssKiB: Math.max(...used.map(({ rssKiB }) => Number(rssKiB))),
    cpuMs: used.reduce((sum, { cpuMs }) => sum + Number(cpuMs), 0),
    stdout,
  }
}
