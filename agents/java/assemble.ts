/** The Java agent: the upstream jar, unchanged, and a small one of ours that decides whether to load it. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../tools/step.ts'

const VERSION = '2.33.1'
const SHA256 = 'e43a270df53c6f423e0ab157be9c27ccc01d5dc3232e162fe54777573db2f149'
const SOURCES = join(import.meta.dirname, 'premain')

/** The entry point, by its mark in the manifest. `Can-…` are what the upstream agent asks for. */
const MANIFEST = `Premain-Class: io.odigos.agent.Premain
Can-Redefine-Classes: true
Can-Retransform-Classes: true
`

const fetchUpstream = async (folder: string): Promise<void> => {
  const artifact = `io.opentelemetry.javaagent:opentelemetry-javaagent:${VERSION}`
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'
  await run('mvn', ['--quiet', '--batch-mode', goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`])
  const jar = join(folder, 'opentelemetry.jar')
  await rename(join(folder, `opentelemetry-javaagent-${VERSION}.jar`), jar)
  const digest = createHash('sha256')
    .update(await readFile(jar))
    .digest('hex')
  if (digest !== SHA256) throw new Error(`${artifact} has the checksum ${digest}, expected ${SHA256}`)
}

const JAVA_6 = 50

/** An older JVM, beside the one that was detected, ends if it cannot read the class that it calls first. */
const markAsJava6 = async (file: string): Promise<void> => {
  const content = await readFile(file)
  content.writeUInt16BE(JAVA_6, 6)
  await writeFile(file, content)
}

/** The same sources give the same jar: its entries are sorted, and have no time of their own. */
const compilePremain = async (folder: string): Promise<void> => {
  const work = join(folder, 'work')
  await mkdir(work)
  const sources = await readdir(SOURCES, { recursive: true })
  const files = sources.filter((name) => name.endsWith('.java')).toSorted()
  // Java 8 is the oldest supported; `-options` is the warning that it is old.
  const options = ['-encoding', 'UTF-8', '--release', '8', '-Xlint:all,-options', '-Werror', '-g:source,lines']
  await run('javac', [...options, '-d', work, ...files.map((name) => join(SOURCES, name))])
  await markAsJava6(join(work, 'io/odigos/agent/Premain.class'))
  const classes = (await readdir(work, { recursive: true })).filter((name) => name.endsWith('.class')).toSorted()
  await writeFile(join(work, 'manifest'), MANIFEST)
  const jar = ['--create', '--no-compress', '--date=1980-01-02T00:00:00Z', '--manifest', join(work, 'manifest')]
  await run('jar', [...jar, '--file', join(folder, 'javaagent.jar'), ...classes.flatMap((name) => ['-C', work, name])])
  await rm(work, { recursive: true })
}

/** A file of the classes that go into the bootstrap loader, which is faster than their jar there, and causes no warning. */
export const writeBootstrapClasses = async (folder: string): Promise<void> => {
  const program = join(import.meta.dirname, 'assembly/BootstrapClasses.java')
  await run('java', [program, join(folder, 'opentelemetry.jar'), join(folder, 'bootstrap.classes')])
}

/** Fills `folder`; requires Maven, Maven Central, and a JDK from version 17. */
export const assemble = async (folder: string): Promise<string> => {
  await fetchUpstream(folder)
  await writeBootstrapClasses(folder)
  await compilePremain(folder)
  return `opentelemetry-javaagent ${VERSION}`
}
