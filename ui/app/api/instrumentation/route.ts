/** Opts a namespace or a workload in or out. */
import { isProblem } from '../../../../src/operations/problem.ts'
import { readBody } from '../../../server/read-body.ts'
import { choiceSchema } from '../../../../src/operations/instrument.ts'
import { ui } from '../../../server/ui.ts'

export const POST = (request: Request): Promise<Response> =>
  ui().respond(async (actions) => {
    const body = await readBody(request, choiceSchema)
    return isProblem(body) ? body : actions.setChoice(body)
  })
