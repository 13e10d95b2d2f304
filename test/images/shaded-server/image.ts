import { copyFile, cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineImage } from '../../../tools/image.ts'
import { run } from '../../../tools/step.ts'

/** A server in Java, twice: with its library as it is, and relocated, as archives with all dependencies often have it. */
export default defineImage({
  name: 'shaded-server',
  base: 'base-java',
  inputs: ['test/images/shaded-server'],
  assemble: async (contextDir) => {
    const work = await mkdtemp(join(tmpdir(), 'shaded-server-'))
    try {
      for (const name of ['pom.xml', 'src'])
        await cp(join(import.meta.dirname, name), join(work, name), { recursive: true })
      await run('mvn', ['--quiet', '--batch-mode', 'package'], { cwd: work })
      for (const name of ['plain', 'shaded'])
        await copyFile(join(work, 'target', `server-1-${name}.jar`), join(contextDir, `${name}.jar`))
    } finally {
      await rm(work, { recursive: true })
    }
  },
})
