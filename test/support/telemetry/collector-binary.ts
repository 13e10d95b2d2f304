import { existsSync } from 'node:fs'
import { toolPath } from '../../../deploy/toolchain/build.ts'

/** Path of the collector that the toolchain built; undefined, with the remedy printed, if it does not exist. */
export const collectorBinary = (): string | undefined => {
  const path = toolPath('otelcol')
  if (existsSync(path)) return path
  console.log(`  skipped: ${path} is missing; build it with: node deploy/toolchain/build.ts collector`)
  return undefined
}
