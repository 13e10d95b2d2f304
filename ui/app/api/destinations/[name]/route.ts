/** Updates or deletes one destination. */
import { destinationFormSchema } from '../../../../../src/operations/destinations/destination-form.ts'
import { nameSchema } from '../../../../../src/operations/instrument.ts'
import { badRequest, isProblem } from '../../../../../src/operations/problem.ts'
import { readBody } from '../../../../server/read-body.ts'
import { ui } from '../../../../server/ui.ts'

interface Context {
  params: Promise<{ name: string }>
}

const nameOf = async ({ params }: Context): Promise<string | undefined> =>
  nameSchema.safeParse((await params).name).data

const badName = badRequest('The name is not a valid destination name.')

export const PUT = (request: Request, context: Context): Promise<Response> =>
  ui().respond(async (actions) => {
    const name = await nameOf(context)
    if (name === undefined) return badName
    const form = await readBody(request, destinationFormSchema)
    return isProblem(form) ? form : actions.updateDestination(name, form)
  })

export const DELETE = (_request: Request, context: Context): Promise<Response> =>
  ui().respond(async (actions) => {
    const name = await nameOf(context)
    return name === undefined ? badName : actions.deleteDestination(name)
  })
