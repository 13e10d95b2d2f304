/** `odigos destinations test`: whether a backend accepts what a collector sends. */
import type { DestinationSpec } from '../../api/kinds/destination.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { CLI_NAME } from '../../api/names.ts'
import type { ConnectionTestReport, SignalResult } from '../../api/reports/connection-test.ts'
import { RESOURCES } from '../../kube/resources.ts'
import { throughApiServer } from '../../operations/ask-autoscaler.ts'
import { createConnectionTester } from '../../operations/destinations/connection-test.ts'
import type { DestinationStore } from '../../operations/destinations/destination-secret.ts'
import type { DestinationInput } from '../../view/destination-type.ts'
import { explain, sentence } from '../../view/words.ts'
import type { Answer } from '../answer.ts'
import { answered } from '../answered.ts'
import { OUTCOME_MARKS } from '../output/marks.ts'
import type { Paint } from '../output/paint.ts'
import { noDestination } from './no-destination.ts'
import { safeLine } from '../output/table.ts'
import type { Session } from '../session.ts'
import type { FormOptions } from './form.ts'
import { formOf } from './form.ts'

const resultLines = ({ signal, outcome, reason, message, remedy }: SignalResult, paint: Paint): string[] => {
  const [mark, tone] = OUTCOME_MARKS[outcome]
  const mend = sentence(remedy ?? (outcome === 'Passed' ? '' : explain(reason).remedy))
  return [
    `${paint(tone, mark)} ${signal.padEnd(8)} ${outcome === 'Passed' ? '' : `${reason}: `}${safeLine(sentence(message))}`,
    ...(mend === '' ? [] : [`             → ${safeLine(mend)}`]),
  ]
}

export const testLines = ({ signals }: ConnectionTestReport, paint: Paint): string[] =>
  signals.flatMap((result) => resultLines(result, paint))

/** Whether no signal was refused. */
export const isPassed = ({ signals }: ConnectionTestReport): boolean =>
  signals.every(({ outcome }) => outcome !== 'Stopped')

export const storeOf = async ({ client, systemNamespace }: Session): Promise<DestinationStore> => ({
  client: await client(),
  namespace: systemNamespace,
  fieldManager: CLI_NAME,
})

/** Tests a form; with `name`, that of a Destination whose stored values are used where none are entered. */
export const testForm = async (
  session: Session,
  form: DestinationInput,
  name?: string,
): Promise<ConnectionTestReport> => {
  session.progress('Testing the connection from a collector in the cluster; this takes up to 30 seconds…')
  const store = await storeOf(session)
  const transport = throughApiServer(store.client, store.namespace, session.signal)
  return answered(
    await createConnectionTester({ ...store, transport })({ ...form, ...(name === undefined ? {} : { name }) }),
  )
}

const formOfStored = async (session: Session, name: string): Promise<DestinationInput> => {
  const { client, namespace } = await storeOf(session)
  const found = await client.get<KubeObject & { spec: DestinationSpec }>({
    type: RESOURCES.destinations,
    namespace,
    name,
  })
  if (!found) throw noDestination(name)
  const { type, signals, fields } = found.spec
  return { displayName: name, type, signals, disabled: false, fields, secrets: {}, cleared: [] }
}

/** With --type, what is described by the options; otherwise the Destination of this name. */
export const test = async (session: Session, name: string, options: FormOptions): Promise<Answer> => {
  const isNew = options.type !== undefined
  const form = isNew ? await formOf(name, options) : await formOfStored(session, name)
  const report = await testForm(session, form, isNew ? undefined : name)
  return { data: report, text: testLines(report, session.paint).join('\n'), exitCode: isPassed(report) ? 0 : 1 }
}
