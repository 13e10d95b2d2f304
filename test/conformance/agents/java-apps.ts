/** Java applications that Maven builds, once for the same sources, in the cache. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE_DIR, run } from '../../../tools/step.ts'

const PROJECT = join(import.meta.dirname, 'apps/java/spring')

export const springServers = ['tomcat', 'jetty', 'undertow'] as const
export type SpringServer = (typeof springServers)[number]

const build = async (server: SpringServer, folder: string, target: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  const work = await mkdtemp(join(folder, '.spring-'))
  try {
    await cp(PROJECT, work, { recursive: true })
    await run('mvn', ['--quiet', '--batch-mode', `-Dserver=${server}`, 'package'], { cwd: work })
    await rename(join(work, 'target', `${server}.jar`), target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** The fat jar of a Spring Boot application with this server inside. */
export const springJar = async (server: SpringServer): Promise<string> => {
  const hash = createHash('sha256')
  for (const file of ['pom.xml', 'src/main/java/shop/Shop.java']) hash.update(await readFile(join(PROJECT, file)))
  const folder = join(CACHE_DIR, 'runtimes')
  const target = join(folder, `spring-${server}-${hash.digest('hex').slice(0, 12)}.jar`)
  if (!existsSync(target)) await build(server, folder, target)
  return target
}
