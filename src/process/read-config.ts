import type { Config, ProcessName } from './config.ts'
import { loadConfig } from './config.ts'

/** The configuration of this process, which exits with code 1 if its environment is invalid. */
export const readConfig = <Name extends ProcessName>(name: Name): Config<Name> => {
  try {
    return loadConfig(name)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(1)
  }
}
