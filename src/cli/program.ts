/** The program `odigos`: its commands, their common options, and how answers and errors are printed. */
import type { Command as AnyCommand } from 'commander'
import { Command, Option } from 'commander'
import { stringify } from 'yaml'
import { RELEASE } from '../api/names.ts'
import { KubeError } from '../kube/http/error.ts'
import type { Answer } from './answer.ts'
import { CliError } from './answer.ts'
import type { Run } from './command.ts'
import { COMMANDS } from './all-commands.ts'
import { registerMcp } from './mcp/register.ts'
import { createRunTool } from './mcp/run-tool.ts'
import type { ProgramOptions } from './program-options.ts'
import { safe } from './output/paint.ts'
import type { GlobalOptions, Surroundings } from './session.ts'
import { createSession } from './session.ts'

const REMEDIES: Record<number, string> = {
  401: 'The API server does not accept the credentials of the kubeconfig. Log in again.',
  403: 'Ask an administrator of the cluster for this permission.',
  404: 'Check the name and the namespace (-n).',
}

const UNREACHABLE = 'Check that the cluster runs and that the kubeconfig has the right context (--context).'

/** Without an answer, what was asked for says nothing. */
const unreached = ({ cause, detail }: KubeError): string =>
  `the API server cannot be reached: ${cause instanceof Error ? cause.message : detail}`

const describeKubeError = (error: KubeError): string => {
  const remedy = error.status === 0 ? UNREACHABLE : REMEDIES[error.status]
  return [
    `error: ${error.status === 0 ? unreached(error) : error.detail}`,
    ...(remedy === undefined ? [] : [`  ${remedy}`]),
  ].join('\n')
}

/** What is told of an error; a stack only of one that is ours. */
export const describeError = (error: unknown): string => {
  if (error instanceof CliError)
    return [`error: ${error.message}`, ...(error.remedy === undefined ? [] : [`  ${error.remedy}`])].join('\n')
  if (error instanceof KubeError) return describeKubeError(error)
  return `error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

/** The answer in the form that the user asks for. */
export const printed = ({ data, text }: Answer, form: GlobalOptions['output']): string => {
  if (form === 'json') return JSON.stringify(data, undefined, 2)
  if (form === 'yaml') return stringify(data, { aliasDuplicateObjects: false }).trimEnd()
  return text
}

/** Arguments that are wrong. */
const USAGE = 2

/** The program; `parseAsync` runs it, and never throws but for wrong arguments (CommanderError). */
export const createProgram = (options: ProgramOptions): AnyCommand => {
  const { out, err, setExitCode, isTerminal, ...rest } = options
  const tell = (text: string): void => err(`${safe(text)}\n`)
  const progress = (text: string): void => {
    if (isTerminal) tell(text)
  }
  const surroundings: Surroundings = { ...rest, tell, progress, say: (text) => out(`${text}\n`) }
  const program = new Command('odigos')
    .description('Instruments the applications of a Kubernetes cluster, and explains what it does.')
    .version(RELEASE)
    .option('--kubeconfig <file>', 'kubeconfig of the cluster (default: KUBECONFIG, then ~/.kube/config)')
    .option('--context <name>', 'context of the kubeconfig')
    .option('-n, --namespace <name>', 'namespace of workloads (default: that of the context)')
    .option('--system-namespace <name>', 'namespace of Odigos (default: odigos-system)')
    .addOption(
      new Option('-o, --output <form>', 'form of the output').choices(['text', 'json', 'yaml']).default('text'),
    )
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError('(add --help for the usage)')
    .exitOverride()
  const run: Run =
    (work) =>
    async (...args) => {
      // commander appends the options and the command to the arguments.
      const globals = (args.at(-1) as AnyCommand).optsWithGlobals<GlobalOptions>()
      try {
        const answer = await work(createSession(globals, surroundings), ...args)
        const text = printed(answer, globals.output)
        if (text !== '') out(`${text}\n`)
        setExitCode(answer.exitCode ?? 0)
      } catch (error) {
        err(`${safe(describeError(error))}\n`)
        setExitCode(1)
      }
    }
  for (const register of [...COMMANDS, registerMcp(createRunTool(createProgram))]) register(program, run)
  return program
}

/** Exit code of an error that commander throws: 0 for --help and --version. */
export const exitCodeOf = ({ exitCode }: { exitCode: number }): number => (exitCode === 0 ? 0 : USAGE)
