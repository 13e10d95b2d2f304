/** Tests the connection of a destination form before it is saved. */
import type { z } from 'zod'
import type { DestinationSpec } from '../../api/kinds/destination.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { CONNECTION_TEST_PATH } from '../../api/names.ts'
import type { ConnectionTestReport } from '../../api/reports/connection-test.ts'
import { connectionTestReport } from '../../api/reports/connection-test.ts'
import { catalogue } from '../../destinations/catalogue.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Transport } from '../ask-autoscaler.ts'
import { askAutoscaler } from '../ask-autoscaler.ts'
import type { CheckedForm } from './destination-form.ts'
import { checkForm, destinationFormSchema } from './destination-form.ts'
import { gone } from './destination-problems.ts'
import type { DestinationStore } from './destination-secret.ts'
import { nameSchema } from '../instrument.ts'
import type { Problem } from '../problem.ts'
import { isProblem } from '../problem.ts'
import { storedFields } from '../../view/objects/stored-secrets.ts'
import type { OwnPod } from './temporary-secret.ts'
import { withTemporarySecret } from './temporary-secret.ts'

/** `name` is that of the Destination that is edited: its stored values are used where none are entered. */
export const connectionTestSchema = destinationFormSchema.extend({ name: nameSchema.optional() })
export type ConnectionTestForm = z.infer<typeof connectionTestSchema>

export interface TesterOptions extends DestinationStore {
  transport: Transport
  /** Of the process that asks, if it has one. */
  pod?: OwnPod
}

type Stored = KubeObject & { spec: DestinationSpec }

const busy: Problem = {
  status: 429,
  code: 'Busy',
  message: 'Another connection is being tested.',
  remedy: 'Try again within 30 seconds.',
}

/** A form need not have a name yet. */
const UNNAMED = 'connection test'

const checkedForm = (form: ConnectionTestForm, current: Stored | undefined): CheckedForm | Problem => {
  const type = current?.spec.type ?? form.type
  const entry = catalogue.get(type)
  const stored = current ? storedFields(current, entry?.fields ?? []) : []
  return checkForm({ ...form, type, displayName: UNNAMED }, entry, stored)
}

const ask = (
  { transport }: TesterOptions,
  { spec, cleared }: CheckedForm,
  secrets: Pick<DestinationSpec, 'secretRef'> & { enteredSecretRef?: { name: string } },
): Promise<ConnectionTestReport | Problem> => {
  const { secretRef, ...entered } = secrets
  return askAutoscaler(transport, CONNECTION_TEST_PATH, {
    schema: connectionTestReport,
    code: 'NotTested',
    body: { spec: { ...spec, ...(secretRef ? { secretRef } : {}) }, clearedKeys: cleared, ...entered },
  })
}

const test = async (options: TesterOptions, form: ConnectionTestForm): Promise<ConnectionTestReport | Problem> => {
  const { client, namespace, pod } = options
  const { name } = form
  const current =
    name === undefined ? undefined : await client.get<Stored>({ type: RESOURCES.destinations, namespace, name })
  if (name !== undefined && !current) return gone(name)
  const checked = checkedForm(form, current)
  if (isProblem(checked)) return checked
  const secretRef = current?.spec.secretRef
  if (Object.keys(checked.secrets).length === 0) return ask(options, checked, { secretRef })
  return withTemporarySecret(options, { ...(pod ? { pod } : {}), values: checked.secrets }, (secret) =>
    ask(options, checked, { secretRef, enteredSecretRef: { name: secret } }),
  )
}

/** One test at a time. */
export const createConnectionTester = (options: TesterOptions) => {
  let isBusy = false
  return async (form: ConnectionTestForm): Promise<ConnectionTestReport | Problem> => {
    if (isBusy) return busy
    isBusy = true
    try {
      return await test(options, form)
    } finally {
      isBusy = false
    }
  }
}
