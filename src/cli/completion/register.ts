/** `odigos completion`: scripts for shells, which ask `odigos __complete WORDS…` for what may come next. */
import type { Register } from '../command.ts'

/** First word of the command line with which a script asks; main.ts answers it before anything is parsed. */
export const COMPLETE = '__complete'

const SCRIPTS = {
  bash: `# Load it with: source <(odigos completion bash)
_odigos() {
  local IFS=$'\\n'
  COMPREPLY=($(odigos ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _odigos odigos`,
  zsh: `#compdef odigos
# Load it with: source <(odigos completion zsh)
_odigos() {
  local -a found
  found=("\${(@f)$(odigos ${COMPLETE} "\${(@)words[2,$CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _odigos odigos`,
  fish: `# Load it with: odigos completion fish | source
complete -c odigos -f -a '(odigos ${COMPLETE} (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
} as const

export const registerCompletion: Register = (program, run) => {
  const completion = program
    .command('completion')
    .description('Prints a script with which a shell completes commands and options.')
  for (const [shell, script] of Object.entries(SCRIPTS))
    completion
      .command(shell)
      .description(`Prints the script for ${shell}.`)
      .action(run(() => Promise.resolve({ data: script, text: script })))
}
