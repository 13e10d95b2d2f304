/** Servers that entries need beside them. */
import { chown, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installPackages } from '../../../tools/requirements.ts'
import { CACHE_DIR, run } from '../../../tools/step.ts'
import type { Running } from '../../conformance/agents/program.ts'
import { start } from '../../conformance/agents/program.ts'
import type { Entry } from '../../../tools/zoo/entry.ts'
import { freePort } from '../../support/api-server/free-port.ts'

export interface Services {
  /** Ports by the name of the service. */
  ports: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/**
 * Debian's `redis-tools` contains the server under another name, of which `redis-server` is a link in a package that would
 * also start a daemon. The program decides by its name what it is.
 */
const redisProgram = async (): Promise<string> => {
  await installPackages({ '/usr/bin/redis-check-rdb': 'redis-tools' })
  const link = join(CACHE_DIR, 'zoo', 'redis-server')
  await mkdir(join(CACHE_DIR, 'zoo'), { recursive: true })
  await rm(link, { force: true })
  await symlink('/usr/bin/redis-check-rdb', link)
  return link
}

const POSTGRES = '/usr/lib/postgresql/15/bin'

/** PostgreSQL does not run as root: then it runs as another user, who owns its folder. */
const startPostgres = async (port: number): Promise<Running> => {
  await installPackages({ [`${POSTGRES}/postgres`]: 'postgresql-15' })
  const folder = await mkdtemp(join(tmpdir(), 'odigos-zoo-postgres-'))
  const user = process.getuid?.() === 0 ? 65_534 : undefined
  if (user !== undefined) await chown(folder, user, user)
  const asUser = user === undefined ? [] : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups']
  const asPostgres = ['--username', 'postgres', '--auth', 'trust', '--no-sync']
  await run('env', [...asUser, `${POSTGRES}/initdb`, '--pgdata', folder, ...asPostgres], { cwd: folder })
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder, fsync: 'off' }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // What it prints is on its standard error.
  const args = ['-c', 'exec "$0" "$@" 2>&1', ...asUser, `${POSTGRES}/postgres`, '-D', folder, ...options]
  const server = start('sh', args, { cwd: folder, limitMs: 600_000 })
  void server.outcome.then(() => rm(folder, { recursive: true, force: true }))
  await server.printed('ready to accept connections')
  return server
}

const SERVERS: Readonly<Record<Entry['services'][number], (port: number) => Promise<Running>>> = {
  postgres: startPostgres,
  redis: async (port) => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '']
    const server = start(await redisProgram(), args, { limitMs: 600_000 })
    await server.printed('Ready to accept connections')
    return server
  },
}

/** Starts the services of an entry, on free ports. */
export const startServices = async ({ services }: Entry): Promise<Services> => {
  const running: Running[] = []
  const ports: Record<string, string> = {}
  for (const name of services) {
    const port = await freePort()
    running.push(await SERVERS[name](port))
    ports[name] = String(port)
  }
  return {
    ports,
    stop: async () => {
      await Promise.all(running.map((server) => server.end('SIGKILL')))
    },
  }
}
