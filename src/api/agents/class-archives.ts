/**
 * Options of a JVM for archives of its classes, with which it does not start as before once it has any agent: it does not
 * load or write the archive, and ends, or prints errors to stdout.
 */

const OPTION =
  /-XX:(?:AOTCache=|AOTCacheOutput=|AOTConfiguration=|AOTMode=(?!off)|ArchiveClassesAtExit=|\+AutoCreateSharedArchive)/
/** With such an archive, Java 17 is silent and 25 prints errors; of those in between, none was measured. */
const OPTION_SINCE_JAVA_22 = /-XX:SharedArchiveFile=/

const majorOf = (version: string | undefined): number => Number(/^(?:1\.)?(\d+)/.exec(version ?? '')?.[1] ?? 0)

/** The first such option in arguments, scripts and values of variables; `version` is that of the runtime, if known. */
export const findArchiveOption = (texts: readonly string[], version?: string): string | undefined => {
  const text = texts.join('\n')
  const option = OPTION.exec(text) ?? (majorOf(version) >= 22 ? OPTION_SINCE_JAVA_22.exec(text) : undefined)
  return option?.[0]
}

/** What is said to the user about the option. */
export const archiveMessage = (option: string): string =>
  `a JVM with an agent does not start as it does now with ${option}`
