/** Reads the body of a request: JSON of bounded size, validated by its schema. */
import type { z } from 'zod'
import type { Problem } from '../../src/operations/problem.ts'
import { badRequest } from '../../src/operations/problem.ts'

/** Maximum size; a Destination with fields of maximum length stays far below. */
const MAX_BODY_BYTES = 256 * 1024

const tooLarge: Problem = {
  status: 413,
  code: 'TooLarge',
  message: `The request is larger than ${MAX_BODY_BYTES} bytes.`,
}

/** The body's text, or a problem; stops reading at the maximum size. */
const readText = async (request: Request): Promise<string | Problem> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > MAX_BODY_BYTES) return tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const issuesByField = (issues: readonly z.core.$ZodIssue[]): Record<string, string> =>
  Object.fromEntries(issues.toReversed().map(({ path, message }) => [path.join('.'), message]))

/** The messages are in the remedy, too: actions other than forms have no fields to show them at. */
const wrongValues = (issues: readonly z.core.$ZodIssue[]): Problem => {
  const fields = issuesByField(issues)
  const remedy = Object.entries(fields)
    .map(([field, text]) => `${field}: ${text}`)
    .join('; ')
  return { ...badRequest('Some values are invalid.', fields), remedy }
}

/** Returns the body as `schema` defines it, or a problem that names the fields. */
export const readBody = async <S extends z.ZodType>(request: Request, schema: S): Promise<z.infer<S> | Problem> => {
  // A page of another website cannot send this type without a CORS preflight request.
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    return { status: 415, code: 'UnsupportedMediaType', message: 'The body must be application/json.' }
  }
  const text = await readText(request)
  if (typeof text !== 'string') return text
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return badRequest('The body is not valid JSON.')
  }
  const result = schema.safeParse(json)
  return result.success ? result.data : wrongValues(result.error.issues)
}
