import type { ContainerDecision } from '../../api/kinds/instrumentation-config.ts'

/** Value of a variable from the image or envFrom; '' if the variable is set but its value was omitted. */
export const runtimeValueOf = ({ runtimeEnv }: ContainerDecision, variable: string): string | undefined =>
  runtimeEnv?.find(({ name }) => name === variable)?.value

/** Whether the user chose an agent for a container into which no detector has looked. */
export const isUnseen = ({ reason, image }: ContainerDecision): boolean =>
  reason === 'OverriddenByUser' && image === undefined
