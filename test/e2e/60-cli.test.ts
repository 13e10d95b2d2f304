/** The CLI as its users have it, installed from its npm package, against the cluster with the shop. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { Pod } from '../../src/api/kubernetes.ts'
import { INJECTION_HASH_ANNOTATION } from '../../src/api/names.ts'
import type { Receipt } from '../../src/api/reports/receipt.ts'
import { buildCli } from '../../tools/bundle.ts'
import { eventually } from '../../tools/eventually.ts'
import { awaitState, kubectl, only, podsOf } from '../support/cluster/demo.ts'

interface Ended {
  code: number
  out: string
  err: string
}

const kubeconfig = process.env['KUBECONFIG'] ?? ''
/** As a machine has it on which only the CLI and kubectl are installed. */
const PATH = [dirname(process.execPath), dirname(kubectl.program), '/usr/bin', '/bin'].join(delimiter)

const execute = (program: string, args: readonly string[], path = PATH): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { PATH: path, HOME: tmpdir(), KUBECONFIG: kubeconfig }
    execFile(program, args, { env, timeout: 120_000, maxBuffer: 64 << 20 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    )
  })

describe('the CLI', function () {
  this.timeout(240_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-cli-'))
  const bin = join(folder, 'node_modules/.bin')
  const odigos = (...args: string[]): Promise<Ended> => execute(join(bin, 'odigos'), args)
  const json = async <T>(...args: string[]): Promise<T> => {
    const { out, err } = await odigos(...args, '-o', 'json')
    assert.notEqual(out, '', err)
    return JSON.parse(out) as T
  }

  before(async () => {
    // An earlier test leaves its pod without the agent.
    await kubectl.run(['rollout', 'restart', 'deployment/storefront', '-n', 'shop'])
    await kubectl.run(['rollout', 'status', 'deployment/storefront', '-n', 'shop', '--timeout=240s'])
    await awaitState('shop', ['cart', 'catalogue', 'pricing', 'storefront'], 'Instrumented')
    await buildCli(join(folder, 'package'))
    const npm = await execute('npm', [
      'install',
      '--prefix',
      folder,
      '--no-audit',
      '--no-fund',
      '--offline',
      join(folder, 'package'),
    ])
    assert.equal(npm.code, 0, npm.err)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('lists the shop, with what was seen of it just now', async () => {
    const { out, code } = await odigos('sources', 'list', '-n', 'shop')
    assert.equal(code, 0)
    for (const [name, language] of [
      ['cart', 'Python'],
      ['catalogue', 'Java'],
      ['storefront', 'Node.js'],
      ['pricing', 'Go'],
    ])
      assert.match(out, new RegExp(`deployment/${name} +${language} .* Instrumented .*traces \\d+[sm]`))
    const plugin = await execute(
      kubectl.program,
      ['odigos', 'sources', 'list', '-n', 'shop'],
      `${bin}${delimiter}${PATH}`,
    )
    assert.match(plugin.out, /deployment\/cart/, plugin.err)
  })

  it('says that nothing stops the telemetry of cart, and shows a probe arrive', async () => {
    const { out, code } = await odigos('why-not', 'cart', '-n', 'shop')
    assert.deepEqual([code, out.match(/✓/g)?.length], [0, 7], out)
    const { paths } = await json<Receipt>('trace-delivery', 'deploy/cart', '-n', 'shop')
    assert.ok(
      paths.some(({ signal, isDelivered }) => signal === 'traces' && isDelivered),
      JSON.stringify(paths),
    )
  })

  for (const name of ['cart', 'catalogue', 'storefront', 'pricing'])
    it(`previews ${name} as the webhook made its pod`, async () => {
      const preview = await json<Pod>('preview', name, '-n', 'shop')
      const running: Pod = only((await podsOf('shop')).filter((pod) => pod.metadata.name.startsWith(`${name}-`)))
      assert.equal(
        preview.metadata?.annotations?.[INJECTION_HASH_ANNOTATION],
        running.metadata?.annotations?.[INJECTION_HASH_ANNOTATION],
      )
      const init = ({ spec }: Pod) =>
        (spec.initContainers ?? []).map(({ name: each, image }) => ({ name: each, image }))
      assert.deepEqual(init(preview), init(running))
      const settings = ({ spec }: Pod) => spec.containers.map((each) => (each.env ?? []).length)
      assert.deepEqual(settings(preview), settings(running))
    })

  it('opts a workload in, and leaves it as it was', async () => {
    const before = await kubectl.json(['get', 'deployment', 'loadgen', '-n', 'shop-load'])
    assert.equal((await odigos('sources', 'enable', 'loadgen', '-n', 'shop-load')).code, 0)
    await eventually('loadgen is wanted', 10, async () => {
      const found = await json<{ name: string; state: string }[]>('sources', 'list', '-n', 'shop-load')
      return found.some(({ name, state }) => name === 'loadgen' && state !== 'NotOptedIn')
    })
    assert.equal((await odigos('sources', 'inherit', 'loadgen', '-n', 'shop-load')).code, 0)
    const labels = (object: unknown): unknown => (object as { metadata: { labels?: object } }).metadata.labels ?? {}
    assert.deepEqual(labels(await kubectl.json(['get', 'deployment', 'loadgen', '-n', 'shop-load'])), labels(before))
  })

  it('adds no destination that does not answer, and says why; one that is saved nevertheless is removed again', async () => {
    const endpoint = ['--type', 'otlp', '--field', 'endpoint=no-such-name.shop.svc:4317']
    const refused = await odigos('destinations', 'add', 'Wrong', ...endpoint)
    assert.equal(refused.code, 1)
    assert.match(
      refused.err,
      /The name of the host is not found.*nothing|nothing was saved[^]*The name of the host is not found/,
    )
    assert.match((await odigos('destinations', 'list')).out, /^(?!.*\bwrong\b)/s)
    assert.equal((await odigos('destinations', 'add', 'Wrong', '--no-test', ...endpoint)).code, 0)
    assert.match((await odigos('destinations', 'remove', 'wrong')).out, /--yes/)
    assert.equal((await odigos('destinations', 'remove', 'wrong', '--yes')).code, 0)
    assert.equal((await odigos('describe', 'destination/wrong')).code, 1)
  })
})
