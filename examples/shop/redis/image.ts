import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { defineImage } from '../../../tools/image.ts'
import { run } from '../../../tools/step.ts'

/** Debian's name of the architecture, and the path of its dynamic loader. */
const MACHINES: Partial<Record<NodeJS.Architecture, { libraries: string; loader: string }>> = {
  x64: { libraries: 'lib/x86_64-linux-gnu', loader: 'lib64/ld-linux-x86-64.so.2' },
  arm64: { libraries: 'lib/aarch64-linux-gnu', loader: 'lib/ld-linux-aarch64.so.1' },
}

const copyTo = async (from: string, to: string): Promise<void> => {
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to)
}

/** Copies the server and its libraries from an unpacked Debian; it needs nothing else to run. */
const takeServer = async (root: string, contextDir: string): Promise<void> => {
  const machine = MACHINES[process.arch]
  if (machine === undefined) throw new Error(`no Redis image for ${process.arch}`)
  const { libraries, loader } = machine
  const server = join(root, 'usr/bin/redis-server')
  const searched = [join(root, libraries), join(root, 'usr', libraries)].join(':')
  const loaded = await run(join(root, libraries, basename(loader)), ['--library-path', searched, '--list', server])
  for (const [, path] of loaded.matchAll(/ => (\S+) \(0x/g)) {
    if (path !== undefined) await copyTo(path, join(contextDir, 'rootfs', libraries, basename(path)))
  }
  await copyTo(join(root, libraries, basename(loader)), join(contextDir, 'rootfs', loader))
  await copyTo(server, join(contextDir, 'rootfs/usr/bin/redis-server'))
}

export default defineImage({
  name: 'shop-redis',
  base: 'scratch',
  inputs: ['examples/shop/redis', 'examples/shop/assemble.ts'],
  assemble: async (contextDir) => {
    const root = await mkdtemp(join(tmpdir(), 'shop-redis-'))
    try {
      // Without a mirror, the default is Debian's own, with security updates.
      await run('mmdebstrap', ['--quiet', '--variant=extract', '--include=redis-server', 'bookworm', root])
      await takeServer(root, contextDir)
    } finally {
      await rm(root, { recursive: true, force: true })
    }
  },
})
