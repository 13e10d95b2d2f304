/** The shop without Kubernetes: what each image holds is assembled, started on loopback ports, and asked for a checkout. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ImageDefinition } from '../../tools/image.ts'
import cart from '../../examples/shop/cart/image.ts'
import catalogue from '../../examples/shop/catalogue/image.ts'
import echo from '../../examples/shop/echo/image.ts'
import loadgen from '../../examples/shop/loadgen/image.ts'
import priceReport from '../../examples/shop/price-report/image.ts'
import pricing from '../../examples/shop/pricing/image.ts'
import redis from '../../examples/shop/redis/image.ts'
import storefront from '../../examples/shop/storefront/image.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { freePort } from '../support/api-server/free-port.ts'

interface Program {
  child: ChildProcess
  output: string
  /** With the process, and the last of its output. */
  closed: Promise<unknown>
}

const services = [storefront, cart, catalogue, pricing, redis, loadgen, priceReport, echo]

const start = (argv: readonly string[], env: Record<string, string>, cwd?: string): Program => {
  const [command, ...args] = argv
  assert(command !== undefined)
  const child = spawn(command, args, { cwd, env: { PATH: process.env['PATH'], ...env } })
  const program: Program = { child, output: '', closed: once(child, 'close') }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (program.output += String(chunk)))
  return program
}

const exitCode = async ({ child, closed }: Program): Promise<number | null> => {
  await closed
  return child.exitCode
}

const stop = async (program: Program): Promise<number | null> => {
  program.child.kill('SIGTERM')
  return exitCode(program)
}

const healthy = async (url: string, program: Program): Promise<void> => {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(100)) {
    assert.equal(program.child.exitCode, null, program.output)
    const answer = await fetch(`${url}/healthz`).catch(() => undefined)
    if (answer?.ok === true) return
  }
  assert.fail(`${url} does not answer: ${program.output}`)
}

/** Each line of a log has to be a JSON object with a message. */
const messages = (program: Program): string[] =>
  program.output
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg)

const redisCommand = async (root: string): Promise<string[]> => {
  const libraries = join(root, 'lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`)
  const loaderDir = process.arch === 'arm64' ? join(root, 'lib') : join(root, 'lib64')
  const loader = (await readdir(loaderDir)).find((name) => name.startsWith('ld-linux'))
  assert(loader !== undefined)
  return [join(loaderDir, loader), '--library-path', libraries, join(root, 'usr/bin/redis-server')]
}

describe('shop', function () {
  // Seconds with warm caches; a first build compiles Go's standard library and fetches packages.
  this.timeout(180_000)
  let contexts: string
  const contextOf = (image: ImageDefinition): string => join(contexts, image.name)
  const running = new Map<string, Program>()
  const urls = new Map<string, string>()
  const url = (name: string): string => urls.get(name) ?? assert.fail(`${name} was not started`)
  const program = (name: string): Program => running.get(name) ?? assert.fail(`${name} was not started`)

  const serve = async (name: string, argv: readonly string[], env: Record<string, string>, cwd: string) => {
    const port = await freePort()
    urls.set(name, `http://127.0.0.1:${port}`)
    const started = start(argv, { PORT: String(port), ...env }, cwd)
    running.set(name, started)
    await healthy(url(name), started)
  }

  const startRedis = async (port: number): Promise<void> => {
    const command = await redisCommand(join(contextOf(redis), 'rootfs'))
    const options = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', contexts]
    const started = start([...command, ...options], {})
    running.set('redis', started)
    for (
      const deadline = Date.now() + 10_000;
      !started.output.includes('Ready to accept connections');
      await sleep(50)
    ) {
      assert(Date.now() < deadline && started.child.exitCode === null, started.output)
    }
  }

  before('assemble every image and start the shop', async () => {
    contexts = await mkdtemp(join(tmpdir(), 'shop-'))
    for (const image of services) {
      await mkdir(contextOf(image))
      await image.assemble(contextOf(image))
    }
    const redisPort = await freePort()
    await startRedis(redisPort)
    await serve('pricing', ['./pricing'], {}, contextOf(pricing))
    await serve('catalogue', ['java', '-jar', 'catalogue.jar'], { PRICING_URL: url('pricing') }, contextOf(catalogue))
    const cartEnv = { CATALOGUE_URL: url('catalogue'), REDIS_URL: `redis://127.0.0.1:${redisPort}/0` }
    const python = { PYTHONPATH: 'site-packages', PYTHONDONTWRITEBYTECODE: '1' }
    await serve('cart', ['/usr/bin/python3', '-m', 'gunicorn'], { ...cartEnv, ...python }, contextOf(cart))
    await serve('storefront', ['./node', 'server.cjs'], { CART_URL: url('cart') }, contextOf(storefront))
  })

  after(async () => {
    await Promise.all([...running.values()].map(stop))
    await rm(contexts, { recursive: true, force: true })
  })

  it('passes one checkout through all four services, and keeps the cart', async () => {
    const first = await fetch(`${url('storefront')}/checkout?sku=tea&quantity=2&cart=c1`)
    assert.equal(first.status, 200)
    const second = await fetch(`${url('storefront')}/checkout?sku=mug&cart=c1`)
    const { order, items, ...rest } = (await second.json()) as { order: string; items: { sku: string }[] }
    assert.match(order, /^[0-9a-f-]{36}$/)
    assert.deepEqual(
      items.toSorted((a, b) => a.sku.localeCompare(b.sku)),
      [
        { sku: 'mug', name: 'Large mug', amount: 1250, currency: 'EUR', quantity: 1 },
        { sku: 'tea', name: 'Green tea', amount: 450, currency: 'EUR', quantity: 2 },
      ],
    )
    assert.deepEqual(rest, { cart: 'c1', total: 2150, currency: 'EUR' })
    const expected = { storefront: 'order placed', cart: 'item added', catalogue: 'product found', pricing: 'priced' }
    // A line can arrive after the answer that it is about.
    for (const [name, message] of Object.entries(expected)) {
      await eventuallyPasses(() =>
        assert.equal(messages(program(name)).filter((each) => each === message).length, 2, program(name).output),
      )
    }
  })

  it('answers bad requests with 400 and 404', async () => {
    const status = async (query: string) => (await fetch(`${url('storefront')}/checkout${query}`)).status
    assert.equal(await status(''), 400)
    assert.equal(await status('?sku=tea&quantity=0'), 400)
    assert.equal(await status('?sku=nothing'), 404)
  })

  it('sends load and counts the answers', async () => {
    const env = { TARGET_URL: `${url('storefront')}/checkout?sku=`, RATE: '50', COUNT: '20' }
    const load = start([join(contextOf(loadgen), 'loadgen')], env)
    assert.equal(await exitCode(load), 0, load.output)
    const last = JSON.parse(load.output.trim().split('\n').at(-1) ?? '') as object
    assert.deepEqual({ ...last, time: '' }, { time: '', level: 'INFO', msg: 'ended', ok: 20, failed: 0, skipped: 0 })
  })

  it('runs the price report to its end', async () => {
    const report = start([join(contextOf(priceReport), 'price-report')], { REPORT_SECONDS: '1' })
    assert.equal(await exitCode(report), 0, report.output)
    assert.deepEqual(messages(report), ['report started', 'report done'])
  })

  it('serves echo as an ES module', async () => {
    await serve('echo', ['./node', 'server.js'], {}, contextOf(echo))
    const answer = (await (await fetch(`${url('echo')}/call`)).json()) as { answer: { path: string } }
    assert.equal(answer.answer.path, '/')
  })

  it('ends on SIGTERM, as each runtime does', async () => {
    const names = ['storefront', 'echo', 'cart', 'catalogue', 'pricing', 'redis']
    const codes = await Promise.all(names.map((name) => stop(program(name))))
    // The JVM ends with 128 + SIGTERM after its shutdown hooks.
    assert.deepEqual(Object.fromEntries(names.map((name, i) => [name, codes[i]])), {
      storefront: 0,
      echo: 0,
      cart: 0,
      catalogue: 143,
      pricing: 0,
      redis: 0,
    })
  })
})
