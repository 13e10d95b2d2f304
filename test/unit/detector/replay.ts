import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcFixture } from '../../../scripts/record-proc.ts'
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import { decideContainer } from '../../../src/detector/decide-container.ts'
import { examine } from '../../../src/detector/finding.ts'
import type { MarkerName } from '../../../src/detector/binary/markers.ts'
import type { Look, ProcessSnapshot } from '../../../src/detector/proc/process-snapshot.ts'

const FOLDER = join(import.meta.dirname, '../../fixtures/proc')

export const fixtureNames = (): string[] => readdirSync(FOLDER)

/** The answer for the processes, where the container has these files and programs these markers. */
export const decide = ({ processes, files = {}, markers = {} }: Partial<ProcFixture>): ContainerDetection => {
  const look: Look = {
    files: (pid, paths) =>
      Object.fromEntries(Object.entries(files[pid] ?? {}).filter(([path]) => paths.includes(path))),
    markers: (pid, names) =>
      Object.fromEntries(Object.entries(markers[pid] ?? {}).filter(([name]) => names.includes(name as MarkerName))),
  }
  const findings = (processes ?? []).flatMap((process) => examine(process, look) ?? [])
  return decideContainer({ name: 'app', findings, problems: (processes ?? []).flatMap(({ problems }) => problems) })
}

/** The answer for a recorded container. */
export const replay = (name: string): ContainerDetection =>
  decide(JSON.parse(readFileSync(join(FOLDER, name, 'snapshot.json'), 'utf8')) as ProcFixture)

/** A process with defaults; the argument vector is its program where none is given. */
export const processOf = (fields: Partial<ProcessSnapshot> & { exe: string }): ProcessSnapshot => ({
  pid: 100,
  parentPid: 1,
  namespacePid: 1,
  comm: fields.exe.split('/').at(-1)?.slice(0, 15) ?? '',
  argv: [fields.exe],
  cwd: '/app',
  env: {},
  mapped: [fields.exe, '/usr/lib/x86_64-linux-gnu/libc.so.6'],
  elf: { interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libc.so.6'], sections: ['.text', '.comment'] },
  listens: false,
  rssKiB: 10_000,
  isSecure: false,
  ageSeconds: 5,
  problems: [],
  ...fields,
})
