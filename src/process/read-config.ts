import type { Config, ProcessName } from './config.ts'
import { loadConfig } from './config.ts'

/** The configuration of this process, which ends with exit code 1 where the environment is not usable. */
export const readConfig = <Name extends ProcessName>(name: Name): Config<Name> => {
  try {
    return loadConfig(name)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(1)
  }
}
