/** Whether a real collector starts with a configuration, as the trial of the autoscaler finds out, with the collector's words. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CollectorConfig, CollectorPlace } from '../../../src/collector/config.ts'
import type { Verdict } from '../../../src/controllers/autoscaler/trial/verdict.ts'
import { wordsOf } from '../../../src/controllers/autoscaler/trial/verdict.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'

/** The kubelet keeps this much of the end of a log. */
const KEPT_BYTES = 2048

export const collectorStarts = async (
  binary: string,
  configOf: (place: CollectorPlace) => CollectorConfig,
  env: Record<string, string> = {},
): Promise<Verdict> => {
  const folder = mkdtempSync(join(tmpdir(), 'odigos-start-'))
  mkdirSync(join(folder, 'queue'))
  const place = await loopbackPlace(folder)
  const collector = collectorProcess({ binary, config: configOf(place), place, folder, env })
  try {
    await collector.start()
    return { result: 'Started' }
  } catch {
    return { result: 'Failed', message: wordsOf(readFileSync(join(folder, 'log'), 'utf8').slice(-KEPT_BYTES)) }
  } finally {
    await collector.kill()
    rmSync(folder, { recursive: true })
  }
}
