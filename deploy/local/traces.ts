/** The cluster's changes outside its own folders. The previous values are recorded, so that a stop can restore them. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { run, runs } from '../../tools/step.ts'
import { DATA_DIR, INSTANCE, NETWORK, NODE_NETNS, RUN_DIR } from './settings.ts'

/** The kubelet sets these for the whole machine. */
const SYSCTLS = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
]

/** Folders at fixed paths, created by upstream programs, and by our collectors for their queues. */
const FOREIGN_FOLDERS = [
  '/var/lib/cni',
  '/var/lib/odigos',
  '/var/lib/kubelet',
  '/var/lib/containerd',
  '/var/log/pods',
  '/var/log/containers',
  '/run/containerd',
  '/run/runc',
  '/run/nri',
  '/run/flannel',
  '/opt/containerd',
  '/opt/cni',
  '/etc/cni',
  '/etc/containerd',
]

export interface Before {
  sysctls: Readonly<Record<string, string>>
  absentFolders: readonly string[]
}

/** The current values on the machine. */
export const observeBefore = (): Before => ({
  sysctls: Object.fromEntries(SYSCTLS.map((name) => [name, readFileSync(`/proc/sys/${name}`, 'utf8').trim()])),
  absentFolders: FOREIGN_FOLDERS.filter((folder) => !existsSync(folder)),
})

const hasSibling = (): boolean =>
  readdirSync('/var/lib').some(
    (name) => name.startsWith('odigos-local') && name !== INSTANCE && existsSync(`/var/lib/${name}/state.json`),
  )

/** Restores the values that `observeBefore` recorded, unless our other cluster still needs the current ones. */
export const restore = async (before: Before): Promise<void> => {
  if (hasSibling()) return
  for (const [name, value] of Object.entries(before.sysctls))
    if (readFileSync(`/proc/sys/${name}`, 'utf8').trim() !== value) writeFileSync(`/proc/sys/${name}`, value)
  for (const folder of before.absentFolders) await rm(folder, { recursive: true, force: true })
}

/** Mount points under our folders in the text of `/proc/self/mountinfo`, the last mounted first. */
export const ourMounts = (mountinfo: string): string[] =>
  mountinfo
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    )
    .filter((path) => [DATA_DIR, RUN_DIR].some((folder) => path === folder || path.startsWith(`${folder}/`)))
    .toReversed()

/** Unmounts everything under our folders, including the node's network namespace. */
export const unmountAll = async (): Promise<void> => {
  for (let attempt = 0; attempt < 5; attempt++) {
    const mounts = ourMounts(readFileSync('/proc/self/mountinfo', 'utf8'))
    if (mounts.length === 0) return
    for (let i = 0; i < mounts.length; i += 50) await runs('umount', ['-l', ...mounts.slice(i, i + 50)])
  }
  throw new Error(`mounts are left: ${ourMounts(readFileSync('/proc/self/mountinfo', 'utf8')).join(' ')}`)
}

const ip = (...args: string[]): Promise<string> => run('ip', args)
const inNode = (...args: string[]): Promise<string> => run('nsenter', [`--net=${NODE_NETNS}`, ...args])

/** Creates the node's network namespace, its link to the machine, and the machine's routes to pods and Services. */
export const makeNetwork = async (): Promise<void> => {
  const { hostLink, nodeLink, hostAddress, nodeAddress, linkPrefix } = NETWORK
  writeFileSync(NODE_NETNS, '')
  await run('unshare', [`--net=${NODE_NETNS}`, 'true'])
  await ip('link', 'add', hostLink, 'type', 'veth', 'peer', 'name', nodeLink, 'netns', NODE_NETNS)
  await ip('addr', 'add', `${hostAddress}/${linkPrefix}`, 'dev', hostLink)
  await ip('link', 'set', hostLink, 'up')
  await inNode('ip', 'addr', 'add', `${nodeAddress}/${linkPrefix}`, 'dev', nodeLink)
  for (const link of ['lo', nodeLink]) await inNode('ip', 'link', 'set', link, 'up')
  for (const range of [NETWORK.podRange, NETWORK.serviceRange])
    await ip('route', 'add', range, 'via', nodeAddress, 'dev', hostLink)
  // Programs of the node itself need a route to Services before kube-proxy's rules redirect their packets.
  await inNode('ip', 'route', 'add', NETWORK.serviceRange, 'dev', 'lo', 'src', nodeAddress)
  await inNode('sysctl', '-q', '-w', 'net.ipv4.ip_forward=1')
}

/** Removes the link, unless it was removed together with the namespace. */
export const removeNetwork = async (): Promise<void> => {
  if (existsSync(`/sys/class/net/${NETWORK.hostLink}`)) await runs('ip', ['link', 'delete', NETWORK.hostLink])
}
