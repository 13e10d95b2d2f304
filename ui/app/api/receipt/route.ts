/** Sends a probe on the way of a workload's telemetry, or to a destination, and tells how far it came. */
import { isProblem } from '../../../../src/operations/problem.ts'
import { readBody } from '../../../server/read-body.ts'
import { receiptSchema } from '../../../../src/operations/receipt.ts'
import { ui } from '../../../server/ui.ts'

export const POST = (request: Request): Promise<Response> =>
  ui().respond(async (actions) => {
    const body = await readBody(request, receiptSchema)
    return isProblem(body) ? body : actions.makeReceipt(body)
  })
