import type { Surroundings } from './session.ts'

/** Where a program prints, and what it has of its surroundings. */
export interface ProgramOptions extends Pick<Surroundings, 'paint' | 'signal' | 'now'> {
  out: (text: string) => void
  err: (text: string) => void
  isTerminal: boolean
  setExitCode: (code: number) => void
}
