/**
 * The UI in a real Chromium. UI_URL names a UI in front of a whole cluster (UI_NAMESPACE and UI_WORKLOAD say what is
 * opted in there, UI_ENDPOINT where telemetry goes); without it the test brings its own API server.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { eventuallyPasses } from '../../tools/eventually.ts'
import type { Stage } from './ui-stage.ts'
import { openStage } from './ui-stage.ts'
import { checkAccessibility } from './ui-axe.ts'
import type { UiSession } from './ui-journey.ts'
import {
  addDestination,
  assertNowhere,
  destinationErrors,
  editDestination,
  forbidReload,
  GUARDED_PATHS,
  OWN_PATHS,
  openUi,
  removeDestination,
  restartWorkload,
  setNamespace,
  statusOf,
  takeScreenshots,
  visit,
  waitForState,
} from './ui-journey.ts'

const SECRET = `planted-${Math.random().toString(36).slice(2)}`
const ENDPOINT = process.env['UI_ENDPOINT'] ?? 'trace-backend.trace-backend:4317'
const artifacts = join(import.meta.dirname, 'artifacts')

describe('the UI in a browser', function () {
  this.timeout(180_000)
  this.bail(true) // each step needs the ones before it
  let stage: Stage
  let session: UiSession

  before(async () => {
    stage = await openStage()
    session = await openUi(stage.url)
  })
  after(async () => {
    try {
      await session?.close()
    } finally {
      await stage?.stop()
    }
  })

  const pages = (): string[] => {
    const [namespace, kind, name] = stage.workload.split('/')
    const workload = `/workloads/${namespace}/${kind?.toLowerCase()}/${name}`
    const ofDestinations = ['/destinations', '/destinations/new', '/destinations/ui-journey']
    return ['/', '/workloads', workload, '/actions', '/collectors', '/settings', ...ofDestinations]
  }

  it('says at the field what is missing', async () => {
    const problems = await destinationErrors(session, 'otlp')
    assert.deepEqual(problems, ['Enter a name that contains letters or digits.', 'Endpoint (endpoint) is empty'])
  })

  it('adds a destination, with a secret', async () => {
    await addDestination(session, {
      type: 'otlp',
      displayName: 'UI journey',
      texts: { endpoint: ENDPOINT, secretHeaderValue: SECRET },
    })
    await session.page.locator('[data-destination="ui-journey"]').waitFor()
  })

  it('edits it, and keeps the secret without showing it', async () => {
    await editDestination(session, 'ui-journey', { compression: 'gzip' })
    await visit(session, '/destinations/ui-journey')
    const compression = session.page.locator('[name=compression]')
    await eventuallyPasses(async () => assert.equal(await compression.inputValue(), 'gzip'))
    const secret = session.page.locator('[name=secretHeaderValue]')
    assert.equal(await secret.inputValue(), '')
    await stage.assertSecret('ui-journey-secret', 'secretHeaderValue', SECRET)
    assert.match((await secret.getAttribute('placeholder')) ?? '', /stored/)
  })

  it('opts a namespace in, and shows what the controllers do without a reload', async () => {
    await visit(session, '/workloads')
    const assertSamePage = await forbidReload(session)
    await setNamespace(session, stage.namespace, true)
    await waitForState(session, stage.workload, [
      'Detecting',
      'WaitingForDestination',
      'RestartRequired',
      'Instrumented',
    ])
    await stage.decide()
    await waitForState(session, stage.workload, ['RestartRequired', 'Instrumented'], 90_000)
    await restartWorkload(session, stage.workload)
    await stage.afterRestart()
    await waitForState(session, stage.workload, ['Instrumented'], 150_000)
    await assertSamePage()
  })

  it('explains one workload', async () => {
    const [namespace, kind, name] = stage.workload.split('/')
    await visit(session, `/workloads/${namespace}/${kind?.toLowerCase()}/${name}`)
    await session.page.locator('[data-container]').first().waitFor()
    await session.page.getByText('An agent supports the container.').first().waitFor()
  })

  it('looks as it should: screenshots are left to be looked at', async () => {
    const paths = pages()
    const files = await takeScreenshots(stage.url, paths, artifacts)
    assert.equal(files.length, 2 * paths.length)
  })

  it('is accessible, as far as axe can tell', async () => {
    assert.deepEqual(await checkAccessibility(stage.url, pages()), [])
  })

  it('keeps the filter of the workloads in the address', async () => {
    await visit(session, '/workloads?q=no-such-name')
    await session.page.getByText('No matching workloads').waitFor()
    await session.page.getByRole('button', { name: 'Clear filters' }).click()
    await session.page.locator('table').first().waitFor()
    assert.equal(new URL(session.page.url()).search, '')
  })

  it('lets the planted secret reach no page and no answer', () => assertNowhere(session, SECRET, ENDPOINT))

  it('removes the destination after a question', () => removeDestination(session, 'ui-journey'))

  it('opts the namespace out again', async () => {
    await visit(session, '/workloads')
    await setNamespace(session, stage.namespace, false)
  })

  const { host } = new URL(process.env['UI_URL'] ?? 'http://localhost:3000')
  const foreign: [name: string, headers: Record<string, string>][] = [
    ['a foreign Host', { Host: 'evil.example' }],
    ['a Host that begins like ours', { Host: 'localhost.evil.example' }],
    ['a foreign Origin', { Host: host, Origin: 'http://evil.example' }],
    ['a page of another website', { Host: host, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }],
  ]
  for (const [name, headers] of foreign) {
    it(`refuses ${name} on every path`, async () => {
      for (const path of GUARDED_PATHS) assert.equal(await statusOf(stage.url, path, headers), 403, path)
    })
  }

  it('answers its own host', async () => {
    for (const path of OWN_PATHS) assert.equal(await statusOf(stage.url, path, { Host: host }), 200, path)
  })
})
