/** Completes what the user has set of an OTLP exporter, signal by signal, so that endpoint and protocol fit together. */
import { exporterVariable } from '../../api/types/sdk-variables.ts'
import { OTLP_GRPC_PORT, OTLP_HTTP_PORT } from '../../api/names.ts'
import type { Signal } from '../../api/vocabulary.ts'
import type { AgentSubject } from '../agents/agent.ts'
import { sdkSupport } from '../agents/sdk-support.ts'
import { agentSignals } from '../signals.ts'
import type { UserVariable, UserVariables } from './user-variables.ts'
import { userVariables } from './user-variables.ts'

interface Addition {
  name: string
  value: string
  from: string
}

/** What is added, or why no exporter can work with the user's part. */
export type Completion = { added: Addition[] } | { conflict: string; from: string }

const NOTHING: Completion = { added: [] }

/** The form for the signal takes precedence over the common one. */
const settingOf = (users: UserVariables, setting: 'ENDPOINT' | 'PROTOCOL', signal: Signal): UserVariable | undefined =>
  users.get(exporterVariable(setting, signal)) ?? users.get(exporterVariable(setting))

const isGrpcPort = ({ value = '' }: UserVariable): boolean => new RegExp(`:${OTLP_GRPC_PORT}(?=[/?#]|$)`).test(value)

const grpcAddress = (endpoint: string): string =>
  endpoint.replace(new RegExp(`:${OTLP_HTTP_PORT}(?=/|$)`), `:${OTLP_GRPC_PORT}`)

const completeProtocol = (protocol: UserVariable, signal: Signal, ours: string): Completion => {
  const { name, value, from } = protocol
  if (value === undefined) return { conflict: `${name} is a reference, so the port that fits is unknown`, from }
  return value === 'grpc'
    ? { added: [{ name: exporterVariable('ENDPOINT', signal), value: grpcAddress(ours), from: `${name}=grpc` }] }
    : NOTHING
}

const completeEndpoint = (endpoint: UserVariable, signal: Signal, protocols: readonly string[]): Completion => {
  if (!isGrpcPort(endpoint)) return NOTHING
  const { name, from } = endpoint
  return protocols.includes('grpc')
    ? { added: [{ name: exporterVariable('PROTOCOL', signal), value: 'grpc', from: `port of ${name}` }] }
    : { conflict: `${name} has the port of OTLP over gRPC, which the agent does not support`, from }
}

const complete = (subject: AgentSubject, users: UserVariables, signal: Signal): Completion => {
  const endpoint = settingOf(users, 'ENDPOINT', signal)
  const protocol = settingOf(users, 'PROTOCOL', signal)
  if (protocol) return endpoint ? NOTHING : completeProtocol(protocol, signal, subject.spec.pipeline?.endpoint ?? '')
  return endpoint ? completeEndpoint(endpoint, signal, sdkSupport(subject.agent.sdk).protocols) : NOTHING
}

/** For all signals that the agent sends. */
export const completeExporter = (subject: AgentSubject): Completion => {
  const users = userVariables(subject)
  const added: Addition[] = []
  for (const signal of agentSignals(subject)) {
    const completion = complete(subject, users, signal)
    if ('conflict' in completion) return completion
    added.push(...completion.added)
  }
  return { added }
}
