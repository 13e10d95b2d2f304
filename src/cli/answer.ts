/** What a command has found: data for scripts, and the same as text for people. */
export interface Answer {
  data: unknown
  text: string
  /** 1 where the command has found what is to be mended. Default: 0. */
  exitCode?: 0 | 1
}

/** What a user can correct; it is printed without a stack. */
export class CliError extends Error {
  readonly remedy: string | undefined

  constructor(message: string, remedy?: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'CliError'
    this.remedy = remedy
  }
}
