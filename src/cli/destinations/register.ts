/** `odigos destinations`: where the telemetry goes. */
import type { Register } from '../command.ts'
import { add, remove } from './change.ts'
import { withForm } from './form.ts'
import { list, types } from './list.ts'
import { test } from './test.ts'

export const registerDestinations: Register = (program, run) => {
  const destinations = program.command('destinations').description('Backends that the telemetry is sent to.')
  destinations
    .command('list')
    .description('Lists the destinations, and what they accepted in the last five minutes.')
    .action(run(list))
  destinations
    .command('types')
    .description('Lists the types of backends, or the fields of one.')
    .argument('[type]')
    .action(run(types))
  withForm(destinations.command('add'))
    .description('Adds a destination, after a test of the connection. Nothing is saved if that fails.')
    .argument('<name>')
    .option('--no-test', 'save it without a test')
    .action(run(add))
  withForm(destinations.command('test'))
    .description(
      'Tests the connection of a destination, or of one that is described and not saved. Exit code 1 if the backend refuses.',
    )
    .argument('<name>')
    .action(run(test))
  destinations
    .command('remove')
    .description('Deletes a destination and the Secret that was made for it. Without --yes, tells what would be lost.')
    .argument('<name>')
    .option('--yes', 'do it')
    .action(run(remove))
}
