/** What the user's OTEL_* variables demand, together. An agent that could not satisfy it would fail, or send nothing. */
import {
  CONFIGURATION_FILES,
  DISABLING_VARIABLES,
  ENDPOINT_VARIABLES,
  exporterVariables,
  PROPAGATORS,
} from '../../api/types/sdk-variables.ts'
import { SDK_VARIABLES } from '../../api/names.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import type { AgentDefinition, AgentSubject } from '../agents/agent.ts'
import { sdkSupport } from '../agents/sdk-support.ts'
import { hostOf } from '../environment/endpoint.ts'
import { completeExporter } from '../environment/exporter-settings.ts'
import type { UserVariable } from '../environment/user-variables.ts'
import { userVariables } from '../environment/user-variables.ts'
import type { Rule, RuleResult } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import { agentSignals } from '../signals.ts'

const FROM = 'OTEL_* variables of the container'

const isPresent = <Value>(value: Value | undefined): value is Value => value !== undefined

const notSwitchedOff: Rule<AgentSubject> = {
  rule: 'SDK enabled',
  check: (subject) => {
    const users = userVariables(subject)
    const relevant = DISABLING_VARIABLES.filter(({ language }) => !language || language === subject.agent.language)
    const off = relevant.find(({ name, value }) => users.get(name)?.value?.toLowerCase() === value)
    return off
      ? refused('EnvironmentConflict', `${off.name} is ${off.value}, which disables the agent`, off.name)
      : allowed('yes', FROM)
  },
}

const noConfigurationFile: Rule<AgentSubject> = {
  rule: 'SDK configuration file',
  check: (subject) => {
    const users = userVariables(subject)
    const file = CONFIGURATION_FILES.find((name) => users.has(name))
    return file
      ? refused('EnvironmentConflict', `${file} is set: an SDK that reads it ignores all other settings`, file)
      : allowed('none', FROM)
  },
}

/** Whether an endpoint is our collector, by any of the names that its Service has. */
const isOurs = (endpoint: string, ours: string): boolean => {
  const [theirs, own] = [hostOf(endpoint), hostOf(ours)]
  return theirs !== '' && (own === theirs || own.startsWith(`${theirs}.`) || theirs.startsWith(`${own}.`))
}

const noOtherBackend: Rule<AgentSubject> = {
  rule: 'OTLP endpoint',
  check: (subject) => {
    if (subject.decision.reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
    const users = userVariables(subject)
    const ours = subject.spec.pipeline?.endpoint ?? ''
    const other =
      ENDPOINT_VARIABLES.map((name) => users.get(name)).find((each) => each && !isOurs(each.value ?? '', ours)) ??
      exporterVariables('HEADERS')
        .map((name) => users.get(name))
        .find(isPresent)
    return other
      ? refused('OtherAgent', `${other.name} is set: telemetry goes to a backend of the container's own`, other.from)
      : allowed('ours', FROM)
  },
}

interface Choice {
  variable: string
  values: readonly string[]
}

/** Variables with a closed set of values; some take a list of them. */
const choicesOf = ({ delivery, sdk }: AgentDefinition): Choice[] => {
  const { protocols, exporters, propagators, samplers } = sdkSupport(sdk)
  const sampler = { variable: SDK_VARIABLES.sampler, values: samplers }
  // No other variable of the user's reaches a sidecar.
  if (delivery === 'sidecar') return [sampler]
  return [
    ...SIGNALS.map((signal) => ({ variable: SDK_VARIABLES[signal], values: exporters[signal] })),
    ...exporterVariables('PROTOCOL').map((variable) => ({ variable, values: protocols })),
    ...exporterVariables('COMPRESSION').map((variable) => ({ variable, values: ['gzip', 'none'] })),
    { variable: PROPAGATORS, values: propagators },
    sampler,
  ]
}

const itemsOf = ({ value = '' }: UserVariable): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

const valuesSupported: Rule<AgentSubject> = {
  rule: 'SDK settings',
  check: (subject) => {
    const users = userVariables(subject)
    for (const { variable, values } of choicesOf(subject.agent)) {
      const user = users.get(variable)
      const unknown = user && itemsOf(user).find((item) => !values.includes(item))
      if (unknown === undefined) continue
      return refused(
        'EnvironmentConflict',
        `${variable} is ${unknown}, the agent supports ${values.join(', ')}`,
        user?.from ?? variable,
      )
    }
    return allowed('supported', FROM)
  },
}

const isRatio = (value: string): boolean => Number(value) >= 0 && Number(value) <= 1

const samplerArgument: Rule<AgentSubject> = {
  rule: 'sampler argument',
  check: (subject) => {
    const users = userVariables(subject)
    const sampler = users.get(SDK_VARIABLES.sampler)?.value ?? ''
    const argument = users.get(SDK_VARIABLES.samplerArgument)
    return sampler.endsWith('traceidratio') && argument?.value !== undefined && !isRatio(argument.value)
      ? refused(
          'EnvironmentConflict',
          `${argument.name} is ${argument.value}, which is no ratio from 0 to 1`,
          argument.from,
        )
      : allowed('valid', FROM)
  },
}

const exporterComplete: Rule<AgentSubject> = {
  rule: 'OTLP exporter',
  check: (subject): RuleResult => {
    const completion = completeExporter(subject)
    return 'conflict' in completion
      ? refused('EnvironmentConflict', completion.conflict, completion.from)
      : allowed('endpoint and protocol fit together', FROM)
  },
}

const somethingIsSent: Rule<AgentSubject> = {
  rule: 'exporters',
  check: (subject) => {
    const users = userVariables(subject)
    const signals = agentSignals(subject)
    const exporters = signals.map((signal) => users.get(SDK_VARIABLES[signal]))
    const isSilent = exporters.every(
      (each) => each?.value !== undefined && !itemsOf(each).some((item) => item.startsWith('otlp')),
    )
    return signals.length > 0 && isSilent
      ? refused('EnvironmentConflict', `${exporters.map((each) => each?.name).join(', ')}: nothing would be sent`, FROM)
      : allowed('otlp', FROM)
  },
}

const OF_EVERY_SDK = [notSwitchedOff, valuesSupported, samplerArgument]
const OF_PROCESSES = [noConfigurationFile, noOtherBackend, exporterComplete, somethingIsSent]

/**
 * Reasons in the user's variables. A sidecar gets only those for identity and sampling; what an SDK of the application's own
 * makes of its variables is not ours to judge.
 */
export const sdkVariablesRules = ({ delivery }: AgentDefinition): readonly Rule<AgentSubject>[] => {
  switch (delivery) {
    case 'files':
      return [...OF_EVERY_SDK, ...OF_PROCESSES]
    case 'sidecar':
      return OF_EVERY_SDK
    case 'configuration':
      return []
  }
}
