/** Restarts a workload, so that its pods take the agent or lose it. */
import { answer, isProblem, readBody } from '../../../server/handle.ts'
import { restart, restartSchema } from '../../../server/instrument.ts'
import { ui } from '../../../server/ui.ts'

export const POST = (request: Request): Promise<Response> =>
  answer(async () => {
    const body = await readBody(request, restartSchema)
    return isProblem(body) ? body : restart(ui().client, body, new Date().toISOString())
  })
