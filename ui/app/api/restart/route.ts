/** Restarts a workload, so that its pods take the agent or lose it. */
import { answer, isProblem, readBody } from '../../../server/handle.ts'
import { restartSchema } from '../../../server/instrument.ts'
import { ui } from '../../../server/ui.ts'

export const POST = (request: Request): Promise<Response> =>
  answer(async () => {
    const body = await readBody(request, restartSchema)
    return isProblem(body) ? body : ui().actions.restart(body, new Date().toISOString())
  })
