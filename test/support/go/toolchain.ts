/** The Go toolchains that tests build with. */
import { join } from 'node:path'
import { installPackages } from '../../../tools/requirements.ts'
import { run } from '../../../tools/step.ts'

export interface GoToolchain {
  command: string
  /** Environment of its builds, besides that of the user. */
  env: Readonly<Record<string, string>>
}

/** Debian's, whose programs have maps of the old kind and no start of their text in the module data. */
export const DEBIAN_GO = '/usr/lib/go-1.19/bin/go'
/** The newest one, which the machine's own fetches as a module. */
const NEWEST = 'go1.27.3'

/** The user's settings must not change what is built, nor a line in `go.mod` the toolchain. */
const SETTINGS = { GOFLAGS: '-mod=readonly', GOWORK: 'off', CGO_ENABLED: '0' }

/** The machine's own toolchain: its folder and its version, such as `go1.26.8`. */
const machines = async (): Promise<{ command: string; version: string } | undefined> => {
  const env = { GOTOOLCHAIN: 'local' }
  const output = await run('go', ['env', 'GOROOT', 'GOVERSION'], { env }).catch(() => '')
  const [root, version] = output.split('\n')
  return root && version ? { command: join(root, 'bin/go'), version } : undefined
}

/** The toolchain of a version such as `1.19`, or the machine's own; undefined where it has none. Installs Debian's. */
export const goToolchain = async (version?: string): Promise<GoToolchain | undefined> => {
  if (version === '1.19') {
    await installPackages({ [DEBIAN_GO]: 'golang-1.19-go' })
    return { command: DEBIAN_GO, env: SETTINGS }
  }
  const own = await machines()
  const wanted = version ? [NEWEST, own?.version].find((each) => each?.startsWith(`go${version}.`)) : own?.version
  return own && wanted ? { command: own.command, env: { ...SETTINGS, GOTOOLCHAIN: wanted } } : undefined
}
