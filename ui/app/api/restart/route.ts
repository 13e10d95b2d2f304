/** Restarts a workload, so that its new pods get the agent or lose it. */
import { isProblem } from '../../../../src/operations/problem.ts'
import { readBody } from '../../../server/read-body.ts'
import { restartSchema } from '../../../../src/operations/instrument.ts'
import { ui } from '../../../server/ui.ts'

export const POST = (request: Request): Promise<Response> =>
  ui().respond(async (actions) => {
    const body = await readBody(request, restartSchema)
    return isProblem(body) ? body : actions.restart(body)
  })
