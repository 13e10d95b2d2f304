/** The Java agent: the upstream jar, unchanged. */
import { createHash } from 'node:crypto'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../tools/step.ts'

const VERSION = '2.33.1'
const SHA256 = 'e43a270df53c6f423e0ab157be9c27ccc01d5dc3232e162fe54777573db2f149'

/** Fills `folder`; requires Maven and Maven Central. */
export const assemble = async (folder: string): Promise<string> => {
  const artifact = `io.opentelemetry.javaagent:opentelemetry-javaagent:${VERSION}`
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'
  await run('mvn', ['--quiet', '--batch-mode', goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`])
  const jar = join(folder, 'javaagent.jar')
  await rename(join(folder, `opentelemetry-javaagent-${VERSION}.jar`), jar)
  const digest = createHash('sha256')
    .update(await readFile(jar))
    .digest('hex')
  if (digest !== SHA256) throw new Error(`${artifact} has the checksum ${digest}, expected ${SHA256}`)
  return `opentelemetry-javaagent ${VERSION}`
}
