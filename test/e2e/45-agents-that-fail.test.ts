/**
 * Agents that exit, hang or eat memory, programs that no agent can read, a neighbour that must be process 1,
 * and an image that is missing: no request fails meanwhile, and each workload ends in the right state, with the reason.
 */
import assert from 'node:assert/strict'
import { buildImages } from '../../deploy/images/build.ts'
import { TEST_IMAGES } from '../../deploy/images/find.ts'
import { addReference, importImages, removeReference } from '../../deploy/images/import.ts'
import type { InstrumentationConfig } from '../../src/api/kinds/instrumentation-config.ts'
import { eventually } from '../../tools/eventually.ts'
import { awaitState, configsOf, kubectl, label, only, podsOf, tracesOfUs } from '../support/cluster/demo.ts'
import type { RunningPod } from '../support/cluster/demo.ts'
import type { Ending } from '../support/cluster/failing-agents.ts'
import {
  BESIDE_GO,
  FAILING_AGENTS,
  failingManifests,
  IMAGE_MISSING,
  LEFT_ALONE,
  NAMES,
  NAMESPACE,
  PYTHON_AGENT,
  ROLLED_BACK,
  urlOf,
} from '../support/cluster/failing-agents.ts'
import type { Prober } from '../support/cluster/prober.ts'
import { startProber } from '../support/cluster/prober.ts'

const ABSENT_IMAGE = `${PYTHON_AGENT}-absent-${Date.now().toString(36)}`

/** Where pods fail that nothing was added to, the machine is too busy: restarts of all at once take much of it. */
const BUSY_MS = 5_000

/** Settings of webhook and instrumentor; without a value, as these have them by themselves. */
const setAgents = async (references: object, silence: string): Promise<void> => {
  const deployments = ['deployment/odigos-webhook', 'deployment/odigos-instrumentor']
  const settings = [`AGENT_IMAGES=${JSON.stringify(references)}`, silence]
  await kubectl.run(['set', 'env', '-n', 'odigos-system', ...deployments, ...settings])
  for (const deployment of deployments)
    await kubectl.run(['rollout', 'status', '-n', 'odigos-system', deployment, '--timeout=120s'])
}

const restart = (names: readonly string[]): Promise<string> =>
  kubectl.run(['rollout', 'restart', '-n', NAMESPACE, ...names.map((name) => `deployment/${name}`)])

const rolledOut = async (names: readonly string[]): Promise<void> => {
  for (const name of names)
    await kubectl.run(['rollout', 'status', '-n', NAMESPACE, `deployment/${name}`, '--timeout=120s'])
}

const hasEnded = (
  config: InstrumentationConfig | undefined,
  { state, condition, reason, message }: Ending,
): boolean => {
  const found = config?.status?.conditions?.find(({ type }) => type === condition)
  return config?.status?.state === state && found?.reason === reason && message.test(found.message ?? '')
}

/** What is written of workloads that have not ended as they must. */
const others = async (endings: Record<string, Ending>): Promise<string[]> => {
  const configs = await configsOf(NAMESPACE)
  return Object.entries(endings).flatMap(([name, ending]) => {
    if (hasEnded(configs.get(name), ending)) return []
    const { state, conditions = [] } = configs.get(name)?.status ?? {}
    const text = conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`)
    return [[`${name}: ${state}`, ...text].join('\n    ')]
  })
}

const haveEnded = (endings: Record<string, Ending>): Promise<void> =>
  eventually(`${Object.keys(endings).join(', ')} have ended`, 120, async () => {
    const rest = await others(endings)
    if (rest.length > 0) throw new Error(rest.join('\n  '))
    return true
  })

const podsNamed = (name: string): Promise<RunningPod[]> => podsOf(NAMESPACE, `app=${name}`)

const restartsOf = ({ status }: RunningPod): number[] =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
    ({ restartCount }) => restartCount ?? 0,
  )

const isUntouched = (pod: RunningPod): boolean => tracesOfUs(pod).every((trace) => trace.startsWith('odigos.io/'))

describe('agents that fail', function () {
  this.timeout(600_000)
  let prober: Prober
  let warned: RunningPod

  before(async () => {
    await importImages(await buildImages(['failing-agents', 's6-neighbour'], undefined, [TEST_IMAGES]))
    await Promise.all([
      setAgents({ 'go-ebpf': FAILING_AGENTS, nodejs: FAILING_AGENTS, python: ABSENT_IMAGE }, 'SILENCE_SECONDS=60'),
      kubectl.apply(failingManifests()).then(() => rolledOut(NAMES)),
    ])
    prober = await startProber(NAMES.map(urlOf), 'prober-of-failing')
    await label(NAMESPACE, 'enabled')
    const waiting = NAMES.filter((name) => !(name in LEFT_ALONE))
    await awaitState(NAMESPACE, waiting, 'RestartRequired')
    warned = only(await podsNamed('warned'))
  })

  after(async () => {
    await prober?.stop()
    await kubectl.run(['delete', 'namespace', NAMESPACE, '--wait=false'])
    await setAgents({}, 'SILENCE_SECONDS-')
    await removeReference(ABSENT_IMAGE)
  })

  it('what no agent can be added to is known before a restart', () => haveEnded(LEFT_ALONE))

  it('each workload ends in its state, with the reason', async () => {
    await restart(NAMES.filter((name) => name !== 'warned'))
    await rolledOut([...Object.keys(BESIDE_GO), ...Object.keys(LEFT_ALONE)])
    await haveEnded({ ...LEFT_ALONE, ...BESIDE_GO, ...ROLLED_BACK, ...IMAGE_MISSING })
  })

  it('pods with Go stay ready, and no container of them was restarted', async () => {
    for (const name of [...Object.keys(BESIDE_GO), ...Object.keys(LEFT_ALONE)]) {
      const pod = only(await podsNamed(name))
      assert.ok(
        restartsOf(pod).every((count) => count === 0),
        `${name}: ${restartsOf(pod).join()}`,
      )
      assert.ok(
        pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
        name,
      )
      assert.equal(isUntouched(pod), name in LEFT_ALONE, name)
    }
  })

  it('pods whose process has the agent are replaced by pods without', async () => {
    await rolledOut(Object.keys(ROLLED_BACK))
    for (const name of Object.keys(ROLLED_BACK)) assert.ok(isUntouched(only(await podsNamed(name))), name)
  })

  it('a missing image is tried by one pod, and no other', async () => {
    await rolledOut(['imageless'])
    const selector = ['--field-selector', 'reason=Failed']
    const { items } = await kubectl.json<{ items: { involvedObject: { name: string }; message: string }[] }>([
      'get',
      'events',
      '-n',
      NAMESPACE,
      ...selector,
    ])
    const tried = items.filter(({ message }) => message.includes(ABSENT_IMAGE)).map((each) => each.involvedObject.name)
    assert.equal(new Set(tried).size, 1, tried.join(', '))
    assert.equal(only(await podsNamed('warned')).metadata.uid, warned.metadata.uid)
    await restart(['warned'])
    await rolledOut(['warned'])
    assert.ok(isUntouched(only(await podsNamed('warned'))))
  })

  it('when the image is there, and the user says so, both get their agent', async () => {
    await addReference(PYTHON_AGENT, ABSENT_IMAGE)
    const configs = await configsOf(NAMESPACE)
    const patch = JSON.stringify([{ op: 'remove', path: '/spec/rollback' }])
    const config = String(configs.get('imageless')?.metadata.name)
    await kubectl.run(['patch', 'instrumentationconfig', config, '-n', NAMESPACE, '--type=json', '-p', patch])
    const both = Object.keys(IMAGE_MISSING)
    await awaitState(NAMESPACE, both, 'RestartRequired')
    await restart(both)
    await rolledOut(both)
    await awaitState(NAMESPACE, both, 'Instrumented')
  })

  it('no request failed meanwhile that does not fail without us', async () => {
    const asked = await prober.asked()
    for (const name of NAMES)
      assert.ok(
        asked.some(({ url }) => url === urlOf(name)),
        name,
      )
    const failed = asked.filter(({ isOk }) => !isOk)
    const controls = Object.keys(LEFT_ALONE).map(urlOf)
    const busy = failed.filter(({ url }) => controls.includes(url)).map(({ at }) => Date.parse(at))
    const ofUs = failed.filter(({ at }) => !busy.some((time) => Math.abs(Date.parse(at) - time) < BUSY_MS))
    console.log(
      `      ${asked.length} requests, ${failed.length} failed, ${ofUs.length} while those without us did not`,
    )
    assert.deepEqual(ofUs, [])
  })
})
