/** Tests the connection of a destination form, which need not be saved. */
import { connectionTestSchema } from '../../../../src/operations/destinations/connection-test.ts'
import { isProblem } from '../../../../src/operations/problem.ts'
import { readBody } from '../../../server/read-body.ts'
import { ui } from '../../../server/ui.ts'

export const POST = (request: Request): Promise<Response> =>
  ui().respond(async (actions) => {
    const form = await readBody(request, connectionTestSchema)
    return isProblem(form) ? form : actions.testConnection(form)
  })
