/** Finishes an agent's folder: version, checksums, and modes that any user of any container can read. */
import { createHash } from 'node:crypto'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** Writes VERSION and SHA256SUMS (as `sha256sum --check` reads it), and makes everything readable: applications run as any user. */
export const seal = async (folder: string, version: string): Promise<void> => {
  await writeFile(join(folder, 'VERSION'), `${version}\n`)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const lines = await Promise.all(
    files.toSorted().map(async (file) => {
      const digest = createHash('sha256')
        .update(await readFile(file))
        .digest('hex')
      return `${digest}  ${relative(folder, file)}\n`
    }),
  )
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''))
  for (const entry of entries) await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
  for (const name of ['VERSION', 'SHA256SUMS']) await chmod(join(folder, name), 0o644)
  await chmod(folder, 0o755)
}
