import type { ProcessSnapshot } from '../proc/process-snapshot.ts'
import type { Match, Rule } from './rule.ts'
import { baseName, STRENGTH } from './rule.ts'

/** Programs that start, watch or wait; a runtime's own ones (npm, supervisord, gradle …) are in its rule. */
const NAMES = new Set(
  `sh bash ash dash zsh ksh tini tini-static dumb-init catatonit s6-svscan s6-supervise s6-linux-init-shutdownd
  runsv runsvdir runsvchdir runit my_init su-exec setpriv sudo su timeout env nice nohup xvfb-run Xvfb sleep tail cat
  tee pause flock stdbuf setsid inotifywait entr watchexec uv cargo make mvnd systemd`.split(/\s+/),
)

const match = (process: ProcessSnapshot): Match | undefined => {
  const base = baseName(process.exe)
  // busybox is whatever it was called as.
  const isBox = base === 'busybox' || base === 'toybox' || base === 'coreutils'
  const applet = baseName(process.argv[0] ?? '').replace(/^-/, '')
  const name = isBox && applet !== base ? applet : isBox ? baseName(process.argv[1] ?? '') : base
  if (NAMES.has(name) || (name === '' && isBox)) {
    return { strength: STRENGTH.role, role: 'wrapper', name: name || base, evidence: `exe ${process.exe}` }
  }
  return isBox ? { strength: STRENGTH.role, role: 'infrastructure', name, evidence: `busybox ${name}` } : undefined
}

/** The language is of no interest for a wrapper. */
export const wrappers: Rule = { language: 'infrastructure', match }
