/** Which commands need to be process 1 of their container, or to reach it: with a shared process namespace, 1 is another. */

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Programs that end, complain, or behave otherwise where they are not process 1. */
const INITS = new Set(
  `systemd runit runit-init s6-svscan s6-linux-init s6-overlay-suexec my_init openrc-init dinit finit catatonit
  systemctl.py systemctl3.py`.split(/\s+/),
)
const INIT_PATHS = new Set(['init', '/init', '/sbin/init', '/usr/sbin/init', '/bin/init', '/lib/systemd/systemd'])
const SUBREAPERS = new Set(['tini', 'tini-static', 'docker-init'])

/** `-s`, also among others (`-vs`), before the program that is started. */
const isSubreaper = (args: readonly string[]): boolean => {
  const end = args.findIndex((arg) => arg === '--' || !arg.startsWith('-'))
  return args.slice(0, end < 0 ? args.length : end).some((arg) => /^-[a-z]*s/.test(arg))
}

const isInit = ([program = '', ...args]: readonly string[]): boolean => {
  const name = baseName(program)
  return INITS.has(name) || INIT_PATHS.has(program) || (SUBREAPERS.has(name) && !isSubreaper(args))
}

const SHELLS = /^(?:ba|da|a|z|k)?sh$/
const PREFIXES = new Set(
  'exec sudo env nohup command busybox setsid time if then elif else while until do !'.split(' '),
)

/** What only starts the program that follows, with its options; an interpreter starts a script. */
const isPrefix = (word: string): boolean =>
  PREFIXES.has(baseName(word)) || /^(?:\w+=|-)/.test(word) || /^python[\d.]*$/.test(baseName(word))

const withoutPrefixes = (words: readonly string[]): string[] => {
  const at = words.findIndex((word) => !isPrefix(word))
  return at < 0 ? [] : words.slice(at)
}

const MAX_TEXT = 20_000

/** The simple commands of a shell's text, roughly: what is quoted or nested is split like the rest. */
const simpleCommands = (text: string): string[][] =>
  text
    .slice(0, MAX_TEXT)
    .split(/[;|&\n()`]+/)
    .map((command) => command.replaceAll(/["']/g, ' ').trim().split(/\s+/))

/** The commands that an argument vector starts, itself first. */
const commandsOf = (argv: readonly string[]): string[][] => {
  const words = withoutPrefixes(argv)
  const text = SHELLS.test(baseName(words[0] ?? '')) ? words.slice(1).find((word) => !word.startsWith('-')) : undefined
  return [words, ...(text === undefined ? [] : simpleCommands(text).map(withoutPrefixes))]
}

/** The program that must be process 1, if the command starts one as such. */
export const findInit = (argv: readonly string[]): string | undefined =>
  commandsOf(argv).find((command) => isInit(command))?.[0]

/** Programs whose arguments are process numbers. */
const PROCESS_TOOLS = new Set(
  `kill killall5 jcmd jstack jmap jinfo jstat jattach strace gdb py-spy rbspy nsenter lsof prlimit tail ps renice
  taskset dotnet-counters dotnet-dump dotnet-trace`.split(/\s+/),
)

const namesProcessOne = ([program = '', ...args]: readonly string[]): boolean => {
  const name = baseName(program)
  if (name === 'killall5') return true
  if (!PROCESS_TOOLS.has(name)) return false
  // The first argument of `kill` may be a signal by number; a later -1 is every process.
  return args.some((arg, at) => arg === '1' || /^--?(?:p|pid|t|target)=?1$/.test(arg) || (arg === '-1' && at > 0))
}

/** In any language: files of process 1, its number as that of the own process, or a call that signals it. */
const REFERENCES = [/\/proc\/1(?![0-9])/, /\$\$["']?\s*(?:-eq|-ne|!?==?)\s*["']?1\b/, /\bkill\(\s*1\s*[,)]/]

const findReference = (argv: readonly string[]): string | undefined => {
  const texts = argv.map((word) => word.slice(0, MAX_TEXT))
  return REFERENCES.flatMap((reference) => texts.flatMap((text) => reference.exec(text)?.[0] ?? []))[0]
}

/** What of the command reaches process 1, and no more of it; shortened. */
export const findReach = (argv: readonly string[]): string | undefined => {
  const found =
    findReference(argv) ??
    commandsOf(argv)
      .find((command) => namesProcessOne(command))
      ?.join(' ')
  return found === undefined || found.length <= 80 ? found : `${found.slice(0, 79)}…`
}
