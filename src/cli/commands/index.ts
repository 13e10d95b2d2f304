/** All commands, in the order of the help. */
import type { Register } from '../command.ts'
import { registerCheck } from '../check/register.ts'
import { registerDestinations } from '../destinations/register.ts'
import { registerActions } from './actions.ts'
import { registerDescribe } from './describe.ts'
import { registerExplain } from './explain.ts'
import { registerPreview } from './preview.ts'
import { registerSources } from './sources.ts'
import { registerStatus } from './status.ts'
import { registerTail } from './tail.ts'
import { registerTraceDelivery } from './trace-delivery.ts'
import { registerUi } from './ui.ts'
import { registerWhyNot } from './why-not.ts'

export const COMMANDS: readonly Register[] = [
  registerCheck,
  registerStatus,
  registerSources,
  registerDestinations,
  registerActions,
  registerDescribe,
  registerWhyNot,
  registerTraceDelivery,
  registerTail,
  registerExplain,
  registerPreview,
  registerUi,
]
