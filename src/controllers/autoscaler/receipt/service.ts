/** `POST /receipt`: reads the query, and makes one receipt at a time. */
import { z } from 'zod'
import { describeIssues } from '../../../api/types/issues.ts'
import { WORKLOAD_KINDS } from '../../../api/workload-kinds.ts'
import { OBJECT_NAME } from '../../../api/vocabulary.ts'
import type { Service } from '../../../process/health.ts'
import type { ReceiptRequest, Receipts } from './receipt.ts'
import { ReceiptProblem } from './receipt.ts'

const KINDS = WORKLOAD_KINDS.map(({ kind }) => kind)

const nameOf = z.string().max(253).regex(OBJECT_NAME, 'is no name of an object')
const node = nameOf.optional()
const ofDestination = z.strictObject({ destination: nameOf, node })
const ofWorkload = z.strictObject({ namespace: nameOf, kind: z.enum(KINDS), name: nameOf, node })

const read = (query: URLSearchParams): { request: ReceiptRequest } | { error: string } => {
  const given = Object.fromEntries(query)
  const schema = query.has('destination') ? ofDestination : ofWorkload
  const { success, data, error } = schema.safeParse(given)
  if (!success) {
    const usage = 'give namespace, kind and name of a workload, or destination; and optionally node'
    return { error: `${describeIssues(error)}; ${usage}` }
  }
  if ('destination' in data) return { request: data }
  const { node: at, ...workload } = data
  return { request: { workload, node: at } }
}

export const createReceiptService = (receipts: Receipts): Service => {
  let isBusy = false
  return async (query) => {
    const asked = read(query)
    if ('error' in asked) return { status: 400, body: asked }
    if (isBusy) return { status: 429, body: { error: 'another receipt is being made; try again within 30 seconds' } }
    isBusy = true
    try {
      return { status: 200, body: await receipts(asked.request) }
    } catch (error) {
      if (error instanceof ReceiptProblem) return { status: 422, body: { error: error.message } }
      throw error
    } finally {
      isBusy = false
    }
  }
}
