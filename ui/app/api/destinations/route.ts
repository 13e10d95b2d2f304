/** Creates a destination. */
import { destinationFormSchema } from '../../../../src/operations/destinations/destination-form.ts'
import { isProblem } from '../../../../src/operations/problem.ts'
import { readBody } from '../../../server/read-body.ts'
import { ui } from '../../../server/ui.ts'

export const POST = (request: Request): Promise<Response> =>
  ui().respond(async (actions) => {
    const form = await readBody(request, destinationFormSchema)
    return isProblem(form) ? form : actions.createDestination(form)
  })
