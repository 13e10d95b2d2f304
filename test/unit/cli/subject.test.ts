/** How the CLI reads names of workloads, languages and manifests. */
import assert from 'node:assert/strict'
import { CliError } from '../../../src/cli/answer.ts'
import { parseLanguages } from '../../../src/cli/subject/assumed.ts'
import { parseObjects, subjectsOfObjects } from '../../../src/cli/subject/from-file.ts'
import { parseWorkload } from '../../../src/cli/subject/workload-ref.ts'

describe('the name of a workload', () => {
  const cases: [words: string[], kind: string | undefined, name: string][] = [
    [['cart'], undefined, 'cart'],
    [['deployment/cart'], 'Deployment', 'cart'],
    [['Deployment', 'cart'], 'Deployment', 'cart'],
    [['deployments.apps/cart'], 'Deployment', 'cart'],
    [['deploy/cart'], 'Deployment', 'cart'],
    [['sts/db'], 'StatefulSet', 'db'],
    [['ds', 'agent'], 'DaemonSet', 'agent'],
    [['cj/nightly'], 'CronJob', 'nightly'],
    [['jobs/once'], 'Job', 'once'],
  ]
  for (const [words, kind, name] of cases)
    it(words.join(' '), () => assert.deepEqual(parseWorkload(words), kind === undefined ? { name } : { kind, name }))

  for (const words of [['svc/cart'], ['a/b/c'], ['deploy/'], ['/cart'], ['deploy', 'a', 'b'], ['']])
    it(`refuses ${words.join(' ') || 'nothing'}`, () => assert.throws(() => parseWorkload(words), CliError))
})

describe('languages', () => {
  it('are for all containers, or for those that are named', () => {
    assert.deepEqual([...parseLanguages('python')], [['', 'python']])
    assert.deepEqual(
      [...parseLanguages('app=python, side = java')],
      [
        ['app', 'python'],
        ['side', 'java'],
      ],
    )
    assert.deepEqual([...parseLanguages(undefined)], [])
  })
  for (const text of ['cobol', 'app=', '=python,app=cobol', 'app=python=3'])
    it(`refuses ${text}`, () => assert.throws(() => parseLanguages(text), /unknown language/))
})

const options = { namespace: 'here', systemNamespace: 'odigos-system', languages: parseLanguages('nodejs') }
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'app', image: 'a:1' }] } }
const titles = (text: string): string[] =>
  subjectsOfObjects(parseObjects(text, 'file'), options).map(({ title }) => title)
const yaml = (object: object): string => JSON.stringify(object)

describe('a manifest', () => {
  const workload = (kind: string, apiVersion: string, spec: object) => ({
    apiVersion,
    kind,
    metadata: { name: 'x' },
    spec,
  })
  const cronJob = workload('CronJob', 'batch/v1', { jobTemplate: { spec: { template } } })
  const cases: [name: string, text: string, found: string[]][] = [
    ['of a Deployment', yaml(workload('Deployment', 'apps/v1', { template })), ['Deployment x in here']],
    ['of a CronJob', yaml(cronJob), ['CronJob x in here']],
    ['of a Pod', yaml(workload('Pod', 'v1', template.spec)), ['Pod x in here']],
    [
      'with a List',
      yaml({ kind: 'List', items: [cronJob, workload('Job', 'batch/v1', { template })] }),
      ['CronJob x in here', 'Job x in here'],
    ],
    [
      'with several documents',
      `${yaml(cronJob)}\n---\n---\n${yaml(cronJob)}\n`,
      ['CronJob x in here', 'CronJob x in here'],
    ],
    ['without workloads', yaml({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } }), []],
    ['with comments only', '# nothing\n', []],
    ['of scalars', 'hello\n', []],
    [
      'with a byte order mark and CRLF',
      `\uFEFFkind: CronJob\r\napiVersion: batch/v1\r\nmetadata: {name: x}\r\nspec: ${yaml(cronJob.spec)}\r\n`,
      ['CronJob x in here'],
    ],
  ]
  for (const [name, text, found] of cases) it(name, () => assert.deepEqual(titles(text), found))

  it('that is a pod which the webhook would leave alone, as it has no owner, is judged as one of a workload', () => {
    const [subject] = subjectsOfObjects(parseObjects(yaml(workload('Pod', 'v1', template.spec)), 'file'), options)
    assert.equal(subject?.pod.metadata?.ownerReferences?.[0]?.controller, true)
  })

  const broken: [name: string, text: string, message: RegExp][] = [
    ['that is no YAML', 'a: [1', /is not YAML/],
    [
      'with a pod that is none',
      yaml(workload('Deployment', 'apps/v1', { template: { spec: { containers: 'x' } } })),
      /no valid pod template/,
    ],
    [
      'without containers',
      yaml(workload('Deployment', 'apps/v1', { template: { spec: {} } })),
      /no valid pod template/,
    ],
    [
      'of aliases that grow',
      `a: &a [1,1,1,1,1,1,1,1,1,1]\n${'bcdefghij'
        .split('')
        .map((name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghi'[at]}`).join(',')}]`)
        .join('\n')}\n`,
      /is not YAML/,
    ],
  ]
  for (const [name, text, message] of broken)
    it(`${name} is refused`, () =>
      assert.throws(
        () => titles(text),
        (error: Error) => error instanceof CliError && message.test(error.message),
      ))
})
