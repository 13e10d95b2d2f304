import { CliError } from '../answer.ts'

export const noDestination = (name: string): CliError =>
  new CliError(`there is no Destination ${name}`, 'To list them: odigos destinations list')
