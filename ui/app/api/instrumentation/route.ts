/** Opts a namespace or a workload in or out. */
import { answer, isProblem, readBody } from '../../../server/handle.ts'
import { choiceSchema } from '../../../server/instrument.ts'
import { ui } from '../../../server/ui.ts'

export const POST = (request: Request): Promise<Response> =>
  answer(async () => {
    const body = await readBody(request, choiceSchema)
    return isProblem(body) ? body : ui().actions.setChoice(body)
  })
