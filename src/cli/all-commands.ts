/** All commands, in the order of the help. */
import type { Register } from './command.ts'
import { registerCheck } from './check/register.ts'
import { registerCompletion } from './completion/register.ts'
import { registerDestinations } from './destinations/register.ts'
import { registerDiagnose } from './diagnose/register.ts'
import { registerUninstall } from './uninstall/register.ts'
import { registerActions } from './commands/actions.ts'
import { registerDescribe } from './commands/describe.ts'
import { registerExplain } from './commands/explain.ts'
import { registerLogs } from './commands/logs.ts'
import { registerPreview } from './commands/preview.ts'
import { registerSources } from './commands/sources.ts'
import { registerStatus } from './commands/status.ts'
import { registerTail } from './commands/tail.ts'
import { registerTraceDelivery } from './commands/trace-delivery.ts'
import { registerUi } from './commands/ui.ts'
import { registerWhyNot } from './commands/why-not.ts'

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
  registerLogs,
  registerDiagnose,
  registerUninstall,
  registerCompletion,
]
