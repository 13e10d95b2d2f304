/** `odigos destinations add` and `remove`. */
import { createDestination, deleteDestination } from '../../operations/destinations/destinations.ts'
import { bytesText } from '../../view/bytes.ts'
import { objectName } from '../../view/destination-type.ts'
import type { Answer } from '../answer.ts'
import { CliError } from '../answer.ts'
import { answered } from '../answered.ts'
import { noDestination } from './no-destination.ts'
import { readView } from '../read-view.ts'
import type { Session } from '../session.ts'
import type { FormOptions } from './form.ts'
import { formOf } from './form.ts'
import { sum } from './list.ts'
import { isPassed, storeOf, testForm, testLines } from './test.ts'

interface AddOptions extends FormOptions {
  /** False with --no-test. */
  test: boolean
}

const NOT_SAVED = 'Correct what is wrong, or save it nevertheless with --no-test.'

/** Tests the connection first, and saves nothing that a backend refuses. */
export const add = async (session: Session, name: string, options: AddOptions): Promise<Answer> => {
  const form = await formOf(name, options)
  const report = options.test ? await testForm(session, form) : undefined
  if (report && !isPassed(report))
    throw new CliError(
      ['the connection test failed, and nothing was saved:', ...testLines(report, session.paint)].join('\n  '),
      NOT_SAVED,
    )
  answered(await createDestination(await storeOf(session), form))
  const created = objectName(name)
  return {
    data: { name: created, ...(report ? { test: report } : {}) },
    text: [
      ...(report ? testLines(report, session.paint) : []),
      `The destination ${created} was added. To see what it receives: odigos destinations list`,
    ].join('\n'),
  }
}

/** What is lost cannot be brought back, so that it asks for --yes. */
export const remove = async (session: Session, name: string, { yes }: { yes?: boolean }): Promise<Answer> => {
  const found = (await readView(session)).destinations[name]
  if (!found) throw noDestination(name)
  const queued = sum(found, 'queuedBytes') ?? 0
  const lost = queued > 0 ? ` ${bytesText(queued)} that wait in its queue are lost.` : ''
  if (!yes)
    return {
      data: { name, removed: false, queuedBytes: queued },
      text: `The destination ${name} (${found.typeName}) and the Secret that was made for it would be deleted.${lost}\nTo do so: odigos destinations remove ${name} --yes`,
    }
  await deleteDestination(await storeOf(session), name)
  return { data: { name, removed: true, queuedBytes: queued }, text: `The destination ${name} was removed.${lost}` }
}
