/** What is replaced by placeholders in telemetry, so that few different values are left. */
import { z } from 'zod'

/** Characters of a path (RFC 3986), and names in braces, of which there is at least one. */
const TEMPLATE = /^\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\{[A-Za-z_][A-Za-z0-9_]*\}[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)+$/

const NOTHING_MESSAGE = 'templates are required if identifiers is Keep'

export const templateURLsSchema = z
  .object({
    templates: z
      .array(z.string().max(256).regex(TEMPLATE))
      .min(1)
      .max(100)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe(
        'Paths with a name in braces for each part that varies, such as /users/{id}/orders/{order}. The first that the whole path matches replaces it.',
      ),
    identifiers: z
      .enum(['Replace', 'Keep'])
      .default('Replace')
      .describe(
        'Whether numbers, UUIDs, ULIDs, hexadecimal numbers of 16 or more digits (as {id}) and e-mail addresses (as {email}) are replaced in paths that no template matches.',
      ),
  })
  .refine(({ templates, identifiers }) => templates !== undefined || identifiers === 'Replace', NOTHING_MESSAGE)
  .meta({
    'x-kubernetes-validations': [
      { rule: "has(self.templates) || self.identifiers == 'Replace'", message: NOTHING_MESSAGE },
    ],
  })
export type TemplateURLs = z.infer<typeof templateURLsSchema>

export const templateQueriesSchema = z.object({
  attributes: z
    .array(z.string().min(1).max(256))
    .min(1)
    .max(10)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Names of the attributes that hold queries. db.query.text and db.statement if absent.'),
})
export type TemplateQueries = z.infer<typeof templateQueriesSchema>

interface TemplateSpec {
  signals?: readonly string[] | undefined
  templateURLs?: unknown
  templateQueries?: unknown
}

/** Data points whose attributes have become alike would have to be added up. */
export const TEMPLATE_RULES = (['templateURLs', 'templateQueries'] as const).map((body) => ({
  rule: `!has(self.${body}) || !has(self.signals) || !('metrics' in self.signals)`,
  message: `${body} is not allowed with the signal metrics, whose data points would become alike`,
  holds: ({ signals, [body]: settings }: TemplateSpec): boolean =>
    settings === undefined || signals?.includes('metrics') !== true,
}))
