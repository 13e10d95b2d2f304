import type { ContainerDecision } from '../../api/kinds/instrumentation-config.ts'

/** What the image or envFrom gives a variable; '' where it is there, but its value was left out. */
export const runtimeValueOf = ({ runtimeEnv }: ContainerDecision, variable: string): string | undefined =>
  runtimeEnv?.find(({ name }) => name === variable)?.value
