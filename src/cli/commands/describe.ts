/** `odigos describe`: everything that is known of a workload or a destination. */
import type { Condition } from '../../api/conditions.ts'
import { bytesText } from '../../view/bytes.ts'
import type { ContainerView, DestinationView, WorkloadView } from '../../view/view.ts'
import { conditionTone, explain, LANGUAGE_NAMES, sentence, STATES } from '../../view/words.ts'
import { wayOf } from '../../view/why-not.ts'
import type { Answer } from '../answer.ts'
import { CliError } from '../answer.ts'
import type { Register } from '../command.ts'
import type { Paint } from '../output/paint.ts'
import { fields, safeLine, table } from '../output/table.ts'
import { noDestination } from '../destinations/no-destination.ts'
import { readView } from '../read-view.ts'
import type { Session } from '../session.ts'
import { findInView, parseWorkload } from '../subject/workload-ref.ts'
import { wayLines } from './why-not.ts'

const section = (title: string, text: string, paint: Paint): string[] =>
  text === '' ? [] : ['', paint('title', title), text.replaceAll(/^(?=.)/gm, '  ')]

/** The conditions with their reasons; what a reason means is told where the message does not. */
const conditionsTable = (conditions: readonly Condition[], paint: Paint): string =>
  conditions.length === 0
    ? ''
    : table(
        ['CONDITION', 'STATUS', 'REASON', 'MESSAGE'],
        conditions.map((condition) => [
          condition.type,
          paint(conditionTone(condition), condition.status),
          condition.reason,
          safeLine(condition.message || explain(condition.reason).meaning),
        ]),
      )

const reportedText = ({ reported }: ContainerView): string | undefined =>
  reported && [reported.outcome, reported.reason].filter(Boolean).join(': ')

const containerText = (container: ContainerView): string => {
  const { name, language, runtimeVersion = '', libc, agent, reason, message, evidence = [], measured } = container
  return fields([
    ['Container', name],
    ['Language', language && `${LANGUAGE_NAMES[language]} ${runtimeVersion}`.trim()],
    ['Evidence', evidence.join('; ')],
    ['C library', libc],
    ['Agent', agent ?? 'none'],
    ['Reason', `${reason}: ${sentence(message || explain(reason).meaning)}`],
    ['Measured', measured && `${measured.memoryMiB ?? '?'} MiB in ${measured.processes ?? '?'} processes`],
    ['Processes', reportedText(container)],
  ])
}

export const describeWorkload = (workload: WorkloadView, way: readonly string[], paint: Paint): string => {
  const { kind, name, namespace, state, serviceName, pipeline, pods, lastSeen = {}, conditions, containers } = workload
  const seen = Object.entries(lastSeen).map(([signal, time]) => `${signal} at ${time}`)
  return [
    fields([
      ['Workload', `${kind} ${name}`],
      ['Namespace', namespace],
      ['State', `${state}: ${STATES[state].meaning}`],
      ['service.name', serviceName],
      ['Pipeline', pipeline && `${pipeline.signals.join(', ')} to ${pipeline.collectorsGroup}`],
      [
        'Pods',
        pods && `${pods.total}: ${pods.instrumented} with the agent, ${pods.outdated} outdated, ${pods.missed} missed`,
      ],
      ['Last seen', seen.join(', ')],
    ]),
    ...section('How far it comes', way.join('\n'), paint),
    ...section('Containers', containers.map(containerText).join('\n\n'), paint),
    ...section('Conditions', conditionsTable(conditions, paint), paint),
  ].join('\n')
}

const deliveryTable = ({ delivery }: DestinationView): string =>
  delivery === undefined
    ? ''
    : table(
        ['SIGNAL', 'SENT', 'FAILED', 'DROPPED', 'QUEUED', 'LAST SUCCESS', 'LAST ERROR'],
        delivery.signals.map(({ signal, sent, failed, dropped, queuedBytes, lastSuccessTime = '', lastError }) => [
          signal,
          String(sent),
          String(failed),
          String(dropped),
          queuedBytes === undefined ? '' : bytesText(queuedBytes),
          lastSuccessTime,
          lastError ? safeLine(`${lastError.message} (${lastError.time})`) : '',
        ]),
      )

export const describeDestination = (destination: DestinationView, paint: Paint): string => {
  const { name, displayName, typeName, type, signals, sources, disabled, secretName, conditions } = destination
  return [
    fields([
      ['Destination', name],
      ['Display name', displayName === name ? undefined : displayName],
      ['Type', `${typeName} (${type})`],
      ['Disabled', disabled ? 'yes' : undefined],
      ['Signals', signals.join(', ')],
      ['Takes only', sources && safeLine(sources)],
      ['Secret', secretName],
    ]),
    ...section(
      'Fields',
      table(
        ['FIELD', 'VALUE'],
        Object.entries(destination.fields).map((each) => each.map(safeLine)),
      ),
      paint,
    ),
    ...section('Delivery in the last five minutes', deliveryTable(destination), paint),
    ...section('Conditions', conditionsTable(conditions, paint), paint),
  ].join('\n')
}

const describeOne = async (session: Session, name: string): Promise<Answer> => {
  const found = (await readView(session)).destinations[name]
  if (!found) throw noDestination(name)
  return { data: found, text: describeDestination(found, session.paint) }
}

const describe = async (session: Session, words: string[]): Promise<Answer> => {
  const [kind, name, ...rest] = words.flatMap((word) => word.split('/'))
  if (kind !== undefined && /^destinations?$/i.test(kind) && name !== undefined && rest.length === 0)
    return describeOne(session, name)
  if (words.length === 0)
    throw new CliError('name a workload or a destination', 'For example: odigos describe deployment/cart')
  const wanted = parseWorkload(words)
  const [view, namespace] = await Promise.all([readView(session), session.namespace()])
  const workload = findInView(view, wanted, namespace)
  const way = wayOf(view, workload)
  return {
    data: { ...workload, way },
    text: describeWorkload(workload, wayLines(way, session.paint), session.paint),
  }
}

export const registerDescribe: Register = (program, run) => {
  program
    .command('describe')
    .summary('show everything about a workload or a destination')
    .description('Shows everything that is known of a workload, or of a destination (destination/NAME).')
    .argument('[name...]', 'NAME or KIND/NAME of a workload, or destination/NAME')
    .action(run(describe))
}
