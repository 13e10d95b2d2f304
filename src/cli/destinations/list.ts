/** `odigos destinations list` and `types`. */
import { findCondition } from '../../api/conditions.ts'
import type { CatalogueField } from '../../destinations/schema.ts'
import { destinationTypes } from '../../operations/catalogue.ts'
import { bytesText } from '../../view/bytes.ts'
import type { DestinationType } from '../../view/destination-type.ts'
import type { DestinationView } from '../../view/view.ts'
import type { Answer } from '../answer.ts'
import type { Paint } from '../output/paint.ts'
import { fields as fieldLines, safeLine, table } from '../output/table.ts'
import { typeNamed } from './form.ts'
import { readView } from '../read-view.ts'
import type { Session } from '../session.ts'

const COLUMNS = ['NAME', 'TYPE', 'SIGNALS', 'ACCEPTED', 'DELIVERY', 'SENT', 'FAILED', 'DROPPED', 'QUEUED']

/** A figure of all signals; undefined where nothing is known. */
export const sum = (
  { delivery }: DestinationView,
  figure: 'sent' | 'failed' | 'dropped' | 'queuedBytes',
): number | undefined => delivery?.signals.reduce((total, signal) => total + (signal[figure] ?? 0), 0)

const text = (number: number | undefined): string => (number === undefined ? '' : String(number))

export const acceptedCell = ({ disabled, conditions }: DestinationView): string =>
  disabled ? 'Disabled' : (findCondition(conditions, 'Accepted')?.status ?? 'Unknown')

const DELIVERY_TONES = { True: 'good', False: 'bad', Unknown: 'quiet' } as const

const deliveryCell = ({ disabled, conditions }: DestinationView, paint: Paint): string => {
  const condition = disabled ? undefined : findCondition(conditions, 'Delivering')
  return condition ? paint(DELIVERY_TONES[condition.status], condition.reason) : ''
}

const rowOf = (destination: DestinationView, paint: Paint): string[] => {
  const queued = sum(destination, 'queuedBytes')
  return [
    destination.name,
    destination.typeName,
    destination.signals.join(','),
    acceptedCell(destination),
    deliveryCell(destination, paint),
    text(sum(destination, 'sent')),
    text(sum(destination, 'failed')),
    text(sum(destination, 'dropped')),
    queued === undefined ? '' : bytesText(queued),
  ]
}

/** The last error of a backend, below the table. */
const errorLines = ({ name, delivery }: DestinationView, paint: Paint): string[] =>
  (delivery?.signals ?? []).flatMap(({ signal, lastError }) =>
    lastError ? [`${paint('bad', '✗')} ${name}, ${signal}: ${safeLine(lastError.message)} (${lastError.time})`] : [],
  )

/** Figures are those of the last five minutes. */
export const destinationsAnswer = (destinations: readonly DestinationView[], paint: Paint): Answer => ({
  data: destinations,
  text:
    destinations.length === 0
      ? 'No destinations. Add one: odigos destinations add'
      : [
          table(
            COLUMNS,
            destinations.map((each) => rowOf(each, paint)),
          ),
          ...destinations.flatMap((each) => errorLines(each, paint)),
        ].join('\n'),
})

export const list = async (session: Session): Promise<Answer> =>
  destinationsAnswer(Object.values((await readView(session)).destinations), session.paint)

const fieldRow = ({
  name,
  type,
  required,
  secret,
  label,
  options,
  default: value,
  when,
  help = '',
}: CatalogueField): string[] => [
  name,
  secret ? 'secret' : type,
  required ? 'yes' : '',
  value ?? '',
  safeLine(
    [
      label,
      ...(options ? [`one of ${options.join(', ')}`] : []),
      ...(when === undefined ? [] : [`only with ${when}`]),
      ...(help === '' ? [] : [help]),
    ].join('. '),
  ),
]

const typeText = ({ type, name, description, docs, signals, fields }: DestinationType): string =>
  [
    fieldLines([
      ['Type', type],
      ['Name', name],
      ['Description', description],
      ['Signals', signals.join(', ')],
      ['Documentation', docs],
    ]),
    ...(fields.length === 0
      ? []
      : ['', table(['FIELD', 'KIND', 'REQUIRED', 'DEFAULT', 'DESCRIPTION'], fields.map(fieldRow))]),
  ].join('\n')

/** The catalogue, or one type of it with its fields. */
export const types = async (_session: Session, type: string | undefined): Promise<Answer> => {
  if (type === undefined) {
    const all = destinationTypes()
    const rows = all.map((each) => [each.type, each.name, each.signals.join(',')])
    return { data: all, text: table(['TYPE', 'NAME', 'SIGNALS'], rows) }
  }
  const found = typeNamed(type)
  return { data: found, text: typeText(found) }
}
