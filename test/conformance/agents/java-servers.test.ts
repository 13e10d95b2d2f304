/** Servers as people ship them, bare and with the Java agent: the same answers and ends, and the spans. */
import assert from 'node:assert/strict'
import type { Environment } from '../../zoo/harness/injected.ts'
import { agentSuite } from './agent-suite.ts'
import { springJar, springServers } from './java-apps.ts'
import { start } from './program.ts'

const OPTIONS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx96m', '-Dserver.port=0']

interface Behaviour {
  answers: string[]
  code: number | null
  signal: string | null
  /** What the application prints, without the port. */
  printed: string[]
}

/** Without times, numbers, identities of objects, and names of threads, which are cut to a width. */
const withoutChance = (line: string): string =>
  line
    .replace(/^\d{4}-\S+ +/, '')
    .replaceAll(/@[0-9a-f]+/g, '@N')
    .replace(/ --- \[.*?\]/, '')
    .replaceAll(/\d+(?:\.\d+)?/g, 'N')
    .replaceAll(/ +/g, ' ')

const behaviourOf = async (jar: string, env: Environment): Promise<Behaviour> => {
  const application = start('java', [...OPTIONS, '-jar', jar], { env, limitMs: 120_000 })
  await application.printed('LISTENING ')
  await application.printed('Started Shop')
  const port = /LISTENING (\d+)/.exec(application.output())?.[1]
  const answers: string[] = []
  for (const path of ['/items/7', '/items/none', '/missing']) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    const text = await response.text()
    answers.push(`${response.status} ${text.replaceAll(/"timestamp":"[^"]*"/g, '')}`)
  }
  const { code, signal, stdout } = await application.end()
  const lines = stdout.split('\n').filter((line) => !line.startsWith('LISTENING'))
  return { answers, code, signal, printed: lines.map(withoutChance) }
}

describe('the Java agent in servers', function () {
  this.timeout(300_000)
  const suite = agentSuite('java')

  for (const server of springServers) {
    it(`changes nothing in Spring Boot with ${server}, and sends its spans`, async () => {
      const jar = await springJar(server)
      const earlier = suite.sink.spans.length
      const bare = await behaviourOf(jar, {})
      const injected = await behaviourOf(jar, suite.injected())
      assert.deepEqual(injected, bare)
      const spans = suite.sink.spans.slice(earlier).filter(({ kind }) => kind === 'server')
      assert.deepEqual(spans.map(({ name }) => name).toSorted(), ['GET /**', 'GET /items/{id}', 'GET /items/{id}'])
    })
  }
})
