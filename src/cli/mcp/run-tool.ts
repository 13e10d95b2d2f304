import type { ProgramOptions } from '../program-options.ts'
import { plain } from '../output/paint.ts'
import type { Session } from '../session.ts'
import type { RunTool } from './register.ts'

interface Runnable {
  parseAsync: (args: readonly string[], options: { from: 'user' }) => Promise<unknown>
}

/** The options with which a command of a tool speaks with the same cluster as the server. */
const targetArgs = ({ target: { kubeconfig, context }, systemNamespace }: Session): string[] => [
  ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
  ...(context === undefined ? [] : ['--context', context]),
  '--system-namespace',
  systemNamespace,
]

/** Each tool has a program of its own, with its own output. */
export const createRunTool =
  (createProgram: (options: ProgramOptions) => Runnable) =>
  (session: Session): RunTool =>
  async (args) => {
    let out = ''
    let err = ''
    const program = createProgram({
      out: (text) => (out += text),
      err: (text) => (err += text),
      isTerminal: false,
      setExitCode: () => undefined,
      paint: plain,
      signal: session.signal,
      now: session.now,
    })
    await program.parseAsync([...targetArgs(session), ...args], { from: 'user' })
    // What a command finds is no error of the tool, even where its exit code is 1.
    return out === '' ? { text: err, isError: true } : { text: out, isError: false }
  }
