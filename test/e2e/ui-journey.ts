/**
 * What a user does in the UI, as steps for a real Chromium. Everything that the browser received is recorded, so that
 * a planted secret can be looked for. Steps throw where the page does not do what it should.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import type { Browser, Page, Response } from 'playwright-core'
import { chromium } from 'playwright-core'

export interface Received {
  kind: 'headers' | 'body' | 'event'
  text: string
}

export interface UiSession {
  url: string
  page: Page
  /** Everything that was received. */
  received: Received[]
  /** Waits until every body that was announced is recorded. */
  settled: () => Promise<void>
  close: () => Promise<void>
}

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** No sandbox: tests run as root. Nothing of the browser itself calls out. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of the browser: $CHROMIUM, or where Linux distributions put it. Throws with the remedy where there is none. */
export const chromiumPath = (): string => {
  const path = process.env['CHROMIUM'] ?? PROGRAMS.find((program) => existsSync(program))
  if (path === undefined) throw new Error('there is no Chromium: apt-get install chromium, or set CHROMIUM to its path')
  return path
}

/** Bodies of answers, apart from the stream, which never ends and whose events are recorded as they come. */
const record = async (page: Page, received: Received[]): Promise<() => Promise<void>> => {
  const pending = new Set<Promise<void>>()
  const keep = async (response: Response): Promise<void> => {
    received.push({ kind: 'headers', text: JSON.stringify(response.headers()) })
    if (response.request().resourceType() === 'eventsource') return
    // The browser forgets the body of a page that it has left meanwhile.
    const body = await response.body().catch(() => undefined)
    if (body) received.push({ kind: 'body', text: body.toString('utf8') })
  }
  page.on('response', (response) => {
    const kept: Promise<void> = keep(response).finally(() => pending.delete(kept))
    pending.add(kept)
  })
  const devtools = await page.context().newCDPSession(page)
  devtools.on('Network.eventSourceMessageReceived', ({ data }) => received.push({ kind: 'event', text: data }))
  await devtools.send('Network.enable')
  return async () => {
    await Promise.all(pending)
  }
}

export interface SessionOptions {
  colorScheme?: 'light' | 'dark'
  width?: number
}

/** Opens a browser of its own at `url`. An error in the page's console fails the close. */
export const openUi = async (url: string, options: SessionOptions = {}): Promise<UiSession> => {
  const browser: Browser = await chromium.launch({ executablePath: chromiumPath(), args: ARGUMENTS })
  const context = await browser.newContext({
    colorScheme: options.colorScheme ?? 'light',
    viewport: { width: options.width ?? 1280, height: 800 },
  })
  const page = await context.newPage()
  const received: Received[] = []
  const errors: string[] = []
  const settled = await record(page, received)
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    // An answer of 400 is how the form hears of its mistakes.
    if (message.type() === 'error' && !message.text().includes('400')) errors.push(message.text())
  })
  return {
    url: url.replace(/\/+$/, ''),
    page,
    received,
    settled,
    close: async () => {
      await browser.close()
      assert.deepEqual(errors, [], 'the page reported errors')
    },
  }
}

/** Opens a page and waits until its stream is live. */
export const visit = async ({ page, url }: UiSession, path: string): Promise<void> => {
  await page.goto(url + path)
  await page.locator('[data-connection=live]').waitFor({ state: 'attached' })
}

/** A function that throws if the page was loaded anew since. */
export const forbidReload = async ({ page }: UiSession): Promise<() => Promise<void>> => {
  const mark = `mark-${Math.random()}`
  await page.evaluate((value) => Object.assign(globalThis, { journeyMark: value }), mark)
  return async () => {
    const now = await page.evaluate(() => (globalThis as { journeyMark?: string }).journeyMark)
    assert.equal(now, mark, 'the page was loaded anew')
  }
}

const switchLocator = ({ page }: UiSession, label: string) => page.getByRole('switch', { name: label, exact: true })

const setSwitch = async (session: UiSession, label: string, on: boolean): Promise<void> => {
  const locator = switchLocator(session, label)
  await locator.waitFor()
  if ((await locator.getAttribute('aria-checked')) !== String(on)) await locator.click()
  await session.page.locator(`[role=switch][aria-label="${label}"][aria-checked=${on}]`).waitFor()
}

/** On the page of workloads: switches a namespace on or off and waits until the cluster says so too. */
export const setNamespace = (session: UiSession, namespace: string, on: boolean): Promise<void> =>
  setSwitch(session, `Instrument namespace ${namespace}`, on)

export const setWorkload = (session: UiSession, kind: string, name: string, on: boolean): Promise<void> =>
  setSwitch(session, `Instrument ${kind} ${name}`, on)

/** On the page of workloads: waits, without a reload, until the row of `namespace/kind/name` shows one of the states. */
export const waitForState = async (
  { page }: UiSession,
  id: string,
  states: readonly string[],
  timeoutMs = 30_000,
): Promise<void> => {
  const selector = states.map((state) => `[data-workload="${id}"][data-state="${state}"]`).join(', ')
  await page.locator(selector).first().waitFor({ timeout: timeoutMs })
}

/** On the page of workloads: the restart button of one row. */
export const restartWorkload = async ({ page }: UiSession, id: string): Promise<void> => {
  await page
    .locator(`[data-workload="${id}"]`)
    .getByRole('button', { name: /^Restart/ })
    .click()
  await page.locator('.notice.tone-good', { hasText: 'restarted' }).first().waitFor()
}

export interface DestinationInput {
  type: string
  displayName: string
  /** Texts by the name of the field in the catalogue. */
  texts: Record<string, string>
}

const fill = async ({ page }: UiSession, texts: Record<string, string>): Promise<void> => {
  for (const [name, text] of Object.entries(texts)) {
    const field = page.locator(`form [name="${name}"]`)
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(text)
    else await field.fill(text)
  }
}

const submit = async ({ page }: UiSession, button: string): Promise<void> => {
  await page.getByRole('button', { name: button }).click()
  await page.waitForURL('**/destinations')
}

/** Adds a destination by hand, from the choice of the type to the list. */
export const addDestination = async (session: UiSession, input: DestinationInput): Promise<void> => {
  await visit(session, '/destinations')
  await session.page.getByRole('link', { name: 'Add destination' }).first().click()
  await session.page.locator(`[data-type="${input.type}"]`).click()
  await fill(session, { displayName: input.displayName, ...input.texts })
  await submit(session, 'Add destination')
  await session.page.getByRole('heading', { name: input.displayName }).waitFor()
}

/** Sends the form of a new destination as it is, and answers the errors that appear at its fields. */
export const destinationErrors = async (session: UiSession, type: string): Promise<string[]> => {
  await visit(session, `/destinations/new/${type}`)
  await session.page.getByRole('button', { name: 'Add destination' }).click()
  const problems = session.page.locator('.field .problem')
  await problems.first().waitFor()
  return problems.allTextContents()
}

/** Opens a destination from the list, changes fields, saves. */
export const editDestination = async (
  session: UiSession,
  name: string,
  texts: Record<string, string>,
): Promise<void> => {
  await visit(session, '/destinations')
  await session.page.locator(`[data-destination="${name}"]`).getByRole('link', { name: 'Edit' }).click()
  await fill(session, texts)
  await submit(session, 'Save')
}

/** Deletes a destination and confirms, then waits until it is gone from the list. */
export const removeDestination = async (session: UiSession, name: string): Promise<void> => {
  await visit(session, '/destinations')
  const card = session.page.locator(`[data-destination="${name}"]`)
  await card.getByRole('button', { name: 'Delete', exact: true }).click()
  await session.page
    .getByRole('dialog')
    .getByRole('button', { name: /^Delete/ })
    .click()
  await card.waitFor({ state: 'detached' })
}

/**
 * Fails where the secret is in the page's source, or in anything that the browser received. The neighbour is a value
 * that stands beside the secret and is shown: without it in an answer and in an event, nothing was looked through.
 */
export const assertNowhere = async (session: UiSession, secret: string, neighbour: string): Promise<void> => {
  await session.settled()
  for (const kind of ['body', 'event'] as const) {
    const isSeen = session.received.some((each) => each.kind === kind && each.text.includes(neighbour))
    assert.ok(isSeen, `no ${kind} was recorded that has what stands beside the secret`)
  }
  const places = [await session.page.content(), ...session.received.map(({ text }) => text)]
  for (const form of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) {
    const found = places.find((place) => place.includes(form))
    assert.equal(found, undefined, 'the planted secret reached the browser')
  }
}

/** Status of a request with these headers, which a browser would not let a page set. */
export const statusOf = (url: string, path: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(new URL(path, url), { headers, agent: false }, (response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    call.on('error', reject)
    call.end()
  })

/** Pages of every kind, which our own host gets. */
export const OWN_PATHS = [
  '/',
  '/workloads',
  '/actions',
  '/collectors',
  '/settings',
  '/destinations/new/otlp',
  '/api/stream',
  '/icon.svg',
  '/healthz',
]

/** A foreign request must reach none of these; the last ones are spellings that Next may take for another path. */
export const GUARDED_PATHS = [
  ...OWN_PATHS,
  '/nowhere',
  '/healthz/',
  '/healthz.rsc',
  '/workloads.rsc',
  '/_next/data/build/healthz.json',
  '/_next/data/build/workloads.json',
]

/** Screenshots of pages at 1,280 pixels, light and dark, into a folder. */
export const takeScreenshots = async (url: string, paths: readonly string[], folder: string): Promise<string[]> => {
  await mkdir(folder, { recursive: true })
  const files: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    const session = await openUi(url, { colorScheme })
    for (const path of paths) {
      await visit(session, path)
      const file = join(folder, `${path.replace(/^\//, '').replaceAll('/', '-') || 'overview'}-${colorScheme}.png`)
      await session.page.screenshot({ path: file, fullPage: true })
      files.push(file)
    }
    await session.close()
  }
  return files
}
