/**
 * Records running processes as a fixture for the detector's rules: `test/fixtures/proc/<name>/snapshot.json`.
 *
 *     node scripts/run.mjs scripts/record-proc.ts NAME [--as FROM=TO]... PID...
 *
 * Descendants of the processes are recorded too. `--as` replaces a path of this machine by the one that an image would
 * have; remaining home or temporary folders are rejected. Only allow-listed environment variables are recorded.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { examine } from '../src/detector/finding.ts'
import type { Look, ProcessSnapshot } from '../src/detector/proc/process-snapshot.ts'
import { createProcReader, listPids } from '../src/detector/proc/proc.ts'

export interface ProcFixture {
  processes: ProcessSnapshot[]
  /** Files and markers that rules need, by pid. */
  files: Record<string, Record<string, string>>
  markers: Record<string, Partial<Record<string, string>>>
}

/** Records the processes and the details that the rules need. */
export const record = (roots: readonly number[]): ProcFixture => {
  const { snapshot, look } = createProcReader()
  const all = listPids().flatMap((pid) => snapshot(pid) ?? [])
  const recorded = new Set(roots)
  for (const { pid, parentPid } of all) if (recorded.has(parentPid)) recorded.add(pid)
  const fixture: ProcFixture = { processes: all.filter(({ pid }) => recorded.has(pid)), files: {}, markers: {} }
  const recording: Look = {
    files: (pid, paths) => {
      const files = look.files(pid, paths)
      fixture.files[pid] = { ...fixture.files[pid], ...files }
      return files
    },
    markers: (pid, names) => {
      const markers = look.markers(pid, names)
      fixture.markers[pid] = { ...fixture.markers[pid], ...markers }
      return markers
    },
  }
  for (const process of fixture.processes) examine(process, recording)
  return fixture
}

/** Paths of this machine must not get into the repository; a JVM's `/tmp/hsperfdata_USER/PID` is the same everywhere. */
const sanitise = (json: string, replacements: readonly string[]): string => {
  let text = json
  for (const replacement of replacements) {
    const [from = '', to = ''] = replacement.split('=')
    text = text.replaceAll(from, to)
  }
  const left = text.match(/"[^"]*(\/(root|home|work)\/|\/tmp\/(?!hsperfdata))[^"]*"/g)
  if (left)
    throw new Error(`paths of this machine remain; replace them with --as FROM=TO:\n${[...new Set(left)].join('\n')}`)
  return text
}

const main = (): void => {
  const { values, positionals } = parseArgs({
    options: { as: { type: 'string', multiple: true, default: [] } },
    allowPositionals: true,
  })
  const [name, ...pids] = positionals
  if (!name || pids.length === 0) throw new Error('usage: record-proc.ts NAME [--as FROM=TO]... PID...')
  const text = sanitise(JSON.stringify(record(pids.map(Number)), undefined, 2), values.as)
  const folder = join(import.meta.dirname, '../test/fixtures/proc', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'snapshot.json'), `${text}\n`)
  console.log(`recorded ${name}`)
}

if (import.meta.main) main()
