import type { ProcessSnapshot } from '../proc/process-snapshot.ts'
import type { Match, Rule } from './rule.ts'
import { baseName, STRENGTH } from './rule.ts'

/** Programs that start or supervise others, or wait. Those of a runtime (npm, supervisord, gradle …) are in its rule. */
const NAMES = new Set(
  `sh bash ash dash zsh ksh tini tini-static dumb-init catatonit s6-svscan s6-supervise s6-linux-init-shutdownd
  runsv runsvdir runsvchdir runit my_init su-exec setpriv sudo su timeout env nice nohup xvfb-run Xvfb sleep tail cat
  tee pause flock stdbuf setsid inotifywait entr watchexec uv cargo make mvnd systemd`.split(/\s+/),
)

/** Multi-call programs, which act according to the name that they were called by. */
const BOXES = new Set(['busybox', 'toybox', 'coreutils'])

const appletOf = (box: string, [called = '', first = '']: readonly string[]): string => {
  const applet = baseName(called).replace(/^-/, '')
  return applet === box ? baseName(first) : applet
}

const wrapper = ({ exe }: ProcessSnapshot, name: string): Match => ({
  strength: STRENGTH.role,
  role: 'wrapper',
  name,
  evidence: `exe ${exe}`,
})

const match = (process: ProcessSnapshot): Match | undefined => {
  // None of them is written in Go: it is a user's program of that name, or known by its module.
  if (process.elf?.go) return undefined
  const base = baseName(process.exe)
  if (!BOXES.has(base)) return NAMES.has(base) ? wrapper(process, base) : undefined
  const name = appletOf(base, process.argv)
  if (name === '' || NAMES.has(name)) return wrapper(process, name || base)
  return { strength: STRENGTH.role, role: 'infrastructure', name, evidence: `busybox ${name}` }
}

/** The language of a wrapper is irrelevant. */
export const wrappers: Rule = { language: 'infrastructure', match }
