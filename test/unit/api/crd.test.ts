/** What every CRD must be: bounded, documented like Kubernetes' own kinds, and readable in `kubectl get`. */
import assert from 'node:assert/strict'
import { customResourceDefinition } from '../../../src/api/crd.ts'
import { KINDS } from '../../../src/api/kinds/index.ts'
import type { KindDefinition } from '../../../src/api/kinds/kind.ts'

interface Schema {
  type?: string
  format?: string
  enum?: unknown[]
  description?: string
  properties?: Record<string, Schema>
  items?: Schema
  additionalProperties?: Schema
  maxItems?: number
  maxLength?: number
  maxProperties?: number
  'x-kubernetes-validations'?: { rule: string; message: string }[]
}
interface Version {
  schema: { openAPIV3Schema: Schema }
  additionalPrinterColumns: { jsonPath: string; description: string }[]
}

const versionOf = (definition: KindDefinition): Version =>
  (customResourceDefinition(definition)['spec'] as { versions: [Version] }).versions[0]

/** The schema and all that it holds, by path. */
const nodesOf = (schema: Schema, path: string): [path: string, schema: Schema][] => [
  [path, schema],
  ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => nodesOf(inner, `${path}.${name}`)),
  ...(schema.items ? nodesOf(schema.items, `${path}[]`) : []),
  ...(schema.additionalProperties ? nodesOf(schema.additionalProperties, `${path}{}`) : []),
]

const unbounded = ({ type, format, maxItems, maxLength, maxProperties, ...schema }: Schema): boolean => {
  if (type === 'array') return maxItems === undefined
  if (type === 'string') return maxLength === undefined && schema.enum === undefined && format !== 'date-time'
  return schema.additionalProperties !== undefined && maxProperties === undefined
}

/** Words that say how a program feels about it, and openings that are no description. */
const BAD_WORDS =
  /\b(told|tells?|asked|asks|answers?|looked at|looks at|at most|at least|fewest|ours?|we|found out|given up|switched)\b/i
const BAD_OPENING = /^(Most|Fewest|What|How|Why|Where|When|Which|Who|Its|The same|Only|Keep)\b/

const wording = (text: string): string | undefined => {
  if (BAD_OPENING.test(text)) return `begins with ${text.split(' ')[0]}`
  if (!/^[A-Z]/.test(text)) return 'does not begin with a capital'
  if (!/[.]$/.test(text)) return 'does not end with a full stop'
  return BAD_WORDS.exec(text)?.[0]
}

describe('custom resource definitions', () => {
  for (const definition of KINDS) {
    const { schema, additionalPrinterColumns: columns } = versionOf(definition)
    const own = ['spec', 'status'].flatMap((name) => nodesOf(schema.openAPIV3Schema.properties?.[name] ?? {}, name))

    describe(definition.kind, () => {
      it('has a bound for every list, map and string', () =>
        assert.deepEqual(
          own.filter(([, node]) => unbounded(node)).map(([path]) => path),
          [],
        ))

      it("has descriptions in the words of Kubernetes' own documentation", () => {
        const described = [['', schema.openAPIV3Schema] as const, ...own]
        const texts = [
          ...described.flatMap(([path, { description }]) => (description ? [[path, description] as const] : [])),
          ...columns.map(({ jsonPath, description }) => [jsonPath, description] as const),
        ].filter(([path]) => !path.includes('conditions[?'))
        assert.deepEqual(
          texts.flatMap(([path, text]) => (wording(text) ? [`${path}: "${text}": ${wording(text)}`] : [])),
          [],
        )
      })

      it('has the observed generation in its status', () =>
        assert.ok(schema.openAPIV3Schema.properties?.['status']?.properties?.['observedGeneration']))

      it('shows no list in kubectl get, which prints one as JSON', () => {
        for (const { jsonPath } of columns) {
          const node = own.find(([path]) => `.${path}` === jsonPath)?.[1]
          assert.ok(node === undefined || !['array', 'object'].includes(node.type ?? ''), jsonPath)
        }
      })

      it('has one short name, which no other product has', () => {
        assert.equal(definition.shortNames.length, 1)
        assert.match(definition.shortNames[0] ?? '', /^odigos[a-z]+$/)
      })
    })
  }

  it('take any reason that metav1.Condition takes', () => {
    for (const definition of KINDS)
      for (const [path, node] of nodesOf(versionOf(definition).schema.openAPIV3Schema, ''))
        if (path.endsWith('.reason')) assert.deepEqual([node.enum, node.maxLength], [undefined, 1024], path)
  })

  it('recognise bad wording, so that the tests above mean something', () => {
    assert.equal(wording('Maximum number of workloads restarted concurrently.'), undefined)
    for (const text of [
      'Most workloads that are restarted at the same time.',
      'What is sent there.',
      'Path of the program, where an agent has to be told.',
      'digest of the image.',
      'Digest of the image',
    ])
      assert.notEqual(wording(text), undefined, text)
  })
})
