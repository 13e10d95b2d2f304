import { samplerVariables, SDK_VARIABLES } from '../../api/names.ts'
import type { AgentSubject } from '../agents/agent.ts'
import { alwaysOff, withAlwaysOff } from '../agents/library-switch.ts'
import { sentSignals } from '../signals.ts'

/** A desired variable, and the setting behind it. */
export interface Variable {
  name: string
  value: string
  from: string
}

const addressVariables = ({ spec }: AgentSubject): Variable[] => [
  { name: SDK_VARIABLES.endpoint, value: spec.pipeline?.endpoint ?? '', from: 'InstrumentationConfig pipeline' },
  { name: SDK_VARIABLES.protocol, value: 'http/protobuf', from: 'InstrumentationConfig pipeline' },
]

const exporterVariables = ({ spec, context: { settings }, agent }: AgentSubject): Variable[] => {
  const signals = sentSignals(spec, settings)
  return agent.signals.map((signal) => ({
    name: SDK_VARIABLES[signal],
    value: signals.includes(signal) ? 'otlp' : 'none',
    from: 'InstrumentationConfig pipeline and OdigosConfig signals',
  }))
}

/** The installation's sampler, unless a rule sets the container's. */
const installationSampler = ({ decision, context: { settings } }: AgentSubject): Variable[] => {
  const { sampler, samplerArgument } = SDK_VARIABLES
  const isSampledByRule = (decision.settings ?? []).some(({ name }) => name === sampler || name === samplerArgument)
  const ratio = settings.sampling?.traceRatio ?? 1
  if (isSampledByRule || ratio >= 1) return []
  return samplerVariables(ratio).map((variable) => ({ ...variable, from: 'OdigosConfig sampling' }))
}

const agentVariables = ({ decision, agent }: AgentSubject): Variable[] => {
  const whereChosen = decision.reason === 'OverriddenByUser' ? agent.envWhereChosen : undefined
  const forced = Object.entries(whereChosen ?? {}).map(([name, value]) => ({ name, value }))
  return [...agent.env, ...forced, ...alwaysOff(agent.libraries)].map(({ name, value }) => ({
    name,
    value,
    from: `agent ${agent.name}`,
  }))
}

/** The SDK's configuration: endpoint, signals and sampling. A variable of an InstrumentationRule overrides ours. */
export const sdkVariables = (subject: AgentSubject): Map<string, Variable> => {
  // Which signals an SDK of the application's own sends, and how it samples, stays its own business.
  const ofAgent =
    subject.agent.delivery === 'configuration'
      ? []
      : [...exporterVariables(subject), ...installationSampler(subject), ...agentVariables(subject)]
  const desired = [...addressVariables(subject), ...ofAgent]
  const variables = new Map(desired.map((variable) => [variable.name, variable]))
  for (const variable of subject.decision.settings ?? []) {
    const value = withAlwaysOff(subject.agent.libraries, variable)
    variables.set(variable.name, { name: variable.name, value, from: 'InstrumentationRules' })
  }
  return variables
}
