/** Adds a destination. */
import { destinationFormSchema } from '../../../server/destination-form.ts'
import { answer, isProblem, readBody } from '../../../server/handle.ts'
import { ui } from '../../../server/ui.ts'

export const POST = (request: Request): Promise<Response> =>
  answer(async () => {
    const form = await readBody(request, destinationFormSchema)
    return isProblem(form) ? form : ui().actions.createDestination(form)
  })
