import type { ContainerDecision } from '../../api/kinds/instrumentation-config.ts'

/** Value of a variable from the image or envFrom; '' if the variable is set but its value was omitted. */
export const runtimeValueOf = ({ runtimeEnv }: ContainerDecision, variable: string): string | undefined =>
  runtimeEnv?.find(({ name }) => name === variable)?.value
