/** Parsers of the kernel's text files for a process (proc_pid_status(5) and related pages). Pure. */

/** NUL-separated strings, as in cmdline and environ; the empty one after the last NUL is dropped. */
export const splitNul = (text: string): string[] => {
  const parts = text.split('\0')
  if (parts.at(-1) === '') parts.pop()
  return parts
}

/**
 * A title that replaced the arguments is one string, padded with NULs or blanks. Trimmed by a loop, because a pattern
 * that ends in `+$` takes quadratic time for a text with many blanks elsewhere.
 */
export const parseArguments = (cmdline: string): string[] => {
  let end = cmdline.length
  while (end > 0 && (cmdline[end - 1] === '\0' || cmdline[end - 1] === ' ')) end -= 1
  const trimmed = cmdline.slice(0, end)
  return trimmed === '' ? [] : trimmed.split('\0')
}

/** Fields of `status`. */
export const parseStatus = (
  text: string,
): { comm: string; parentPid: number; namespacePid: number; rssKiB: number; state: string } => {
  const fields = new Map(
    text.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    }),
  )
  const numberOf = (name: string): number => Number.parseInt(fields.get(name) ?? '0', 10) || 0
  return {
    comm: fields.get('Name') ?? '',
    parentPid: numberOf('PPid'),
    namespacePid: Number(fields.get('NSpid')?.split(/\s+/).at(-1) ?? 0),
    rssKiB: numberOf('VmRSS'),
    state: fields.get('State')?.[0] ?? '',
  }
}

/** Proportional set size in KiB, in `smaps_rollup`: pages that processes share count in parts. */
export const parseProportionalKiB = (rollup: string): number | undefined => {
  const value = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]
  return value === undefined ? undefined : Number(value)
}

/** Start of the process in seconds after boot, from `stat`: field 22 in hundredths; the preceding name may contain blanks. */
export const parseStartSeconds = (stat: string): number => {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(afterName[19] ?? 0) / 100
}

/** The path without the kernel's mark for deleted files. */
export const withoutDeleted = (path: string): string => path.replace(/ \(deleted\)$/, '')

const MAX_MAPPED = 4000

/** Distinct file paths in `maps`; the path follows the fifth field and can contain blanks. */
export const parseMappedPaths = (maps: string): string[] => {
  const paths = new Set<string>()
  for (const line of maps.split('\n')) {
    const slash = line.indexOf('/')
    if (slash < 0 || paths.size >= MAX_MAPPED) continue
    paths.add(withoutDeleted(line.slice(slash)))
  }
  return [...paths]
}

const AT_SECURE = 23n

/** Whether AT_SECURE is set in `auxv`: pairs of 64-bit words. */
export const parseIsSecure = (auxv: Buffer): boolean => {
  for (let offset = 0; offset + 16 <= auxv.length; offset += 16) {
    if (auxv.readBigUInt64LE(offset) === AT_SECURE) return auxv.readBigUInt64LE(offset + 8) !== 0n
  }
  return false
}

const LISTEN = '0A'

/** Inodes of listening sockets in `net/tcp` or `net/tcp6`. */
export const parseListeningInodes = (table: string): string[] =>
  table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/)
      return fields[3] === LISTEN && fields[9] ? [fields[9]] : []
    })
