/** How a command joins the program: it gets a session, and answers. */
import type { Command } from 'commander'
import type { Answer } from './answer.ts'
import type { Session } from './session.ts'

/** An action of commander that gives the work a session, and prints its answer. */
export type Run = <Args extends unknown[]>(
  work: (session: Session, ...args: Args) => Promise<Answer>,
) => (...args: Args) => Promise<void>

/** Adds commands to the program. */
export type Register = (program: Command, run: Run) => void
