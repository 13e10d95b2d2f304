import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { KindDefinition } from './kinds/kind.ts'
import type { KubeObject } from './kubernetes.ts'
import {
  API_GROUP,
  API_VERSION,
  CONTENT_HASH_ANNOTATION,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  RELEASE,
  VERSION_ANNOTATION,
} from './names.ts'

type JsonSchema = Record<string, unknown>

/** Keywords that a structural schema must not contain next to a type (KEP-2335). */
const FORBIDDEN = ['anyOf', 'oneOf', 'allOf', 'not', '$ref'] as const

/** Drops zod's bounds of safe integers, which are meaningless in a CRD. */
const dropSafeIntegerBounds = (schema: JsonSchema): void => {
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum']
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum']
}

/** Turns a union of integer and string, such as a quantity, into an int-or-string with the constraints of the string. */
const joinIntOrString = (schema: JsonSchema): void => {
  const options = (schema['anyOf'] ?? []) as JsonSchema[]
  if (options.map(({ type }) => type).join() !== 'integer,string') return
  const { type: _type, ...ofStrings } = options[1] ?? {}
  delete schema['anyOf']
  Object.assign(schema, ofStrings, { 'x-kubernetes-int-or-string': true })
}

/** Turns one node of zod's OpenAPI 3.0 output into a structural schema of Kubernetes. Throws if that is impossible. */
const makeStructural = (schema: JsonSchema, path: string): void => {
  dropSafeIntegerBounds(schema)
  joinIntOrString(schema)
  const forbidden = FORBIDDEN.find((keyword) => keyword in schema)
  if (forbidden) throw new Error(`${path}: ${forbidden} is not allowed in a structural schema`)
  if (schema['additionalProperties'] === false) delete schema['additionalProperties']
  delete schema['propertyNames']
  if (Object.keys(schema).length === 0) schema['x-kubernetes-preserve-unknown-fields'] = true
}

/** The OpenAPI v3 schema of a zod schema, in the form of a CRD. */
export const openApiSchema = (schema: z.ZodType): JsonSchema => {
  const { $schema: _dialect, ...result } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    override: ({ jsonSchema, path }) => makeStructural(jsonSchema as JsonSchema, path.join('.')),
  }) as JsonSchema
  return result
}

const rootSchema = (definition: KindDefinition): JsonSchema => ({
  type: 'object',
  description: definition.description,
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string', description: 'Versioned schema of this representation of the object.' },
    kind: { type: 'string', description: 'REST resource that this object represents.' },
    metadata: { type: 'object' },
    spec: { description: `Desired state of the ${definition.kind}.`, ...openApiSchema(definition.spec) },
    status: { description: `Observed state of the ${definition.kind}.`, ...openApiSchema(definition.status) },
  },
  ...(definition.validations ? { 'x-kubernetes-validations': definition.validations } : {}),
})

const specOf = (definition: KindDefinition): JsonSchema => ({
  group: API_GROUP,
  scope: 'Namespaced',
  names: {
    kind: definition.kind,
    listKind: `${definition.kind}List`,
    plural: definition.plural,
    singular: definition.kind.toLowerCase(),
    shortNames: definition.shortNames,
    categories: ['odigos'],
  },
  versions: [
    {
      name: API_VERSION,
      served: true,
      storage: true,
      subresources: { status: {} },
      additionalPrinterColumns: definition.columns,
      schema: { openAPIV3Schema: rootSchema(definition) },
    },
  ],
})

/** Name of the CustomResourceDefinition of a kind. */
export const crdName = ({ plural }: Pick<KindDefinition, 'plural'>): string => `${plural}.${API_GROUP}`

/** The CustomResourceDefinition of a kind, annotated with its release and a hash of its content. */
export const customResourceDefinition = (definition: KindDefinition): KubeObject => {
  const spec = specOf(definition)
  const hash = createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 16)
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: crdName(definition),
      labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
      annotations: { [VERSION_ANNOTATION]: RELEASE, [CONTENT_HASH_ANNOTATION]: hash },
    },
    spec,
  }
}
