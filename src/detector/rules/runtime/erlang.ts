import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Match, Rule } from '../rule.ts'
import { baseName, commandLine, STRENGTH } from '../rule.ts'

const HELPERS = /^(erl_child_setup|inet_gethost|epmd|heart)$/
const SERVERS = /\b(rabbit|couchdb|ejabberd|emqx|vernemq)/

const match = (process: ProcessSnapshot): Match | undefined => {
  const base = baseName(process.exe)
  if (HELPERS.test(base)) return { strength: STRENGTH.role, role: 'wrapper', name: base, evidence: `exe ${base}` }
  if (!base.startsWith('beam.')) return undefined
  const server = SERVERS.exec(commandLine(process))?.[1]
  if (server) return { strength: STRENGTH.role, role: 'infrastructure', name: server, evidence: `runs ${server}` }
  return { strength: STRENGTH.role, evidence: `exe ${process.exe}` }
}

export const erlang: Rule = {
  language: 'erlang',
  match,
  describe: (process) => ({
    evidence: / -elixir|\/elixir/.test(commandLine(process)) ? ['Elixir'] : [],
    problem: { reason: 'NotSupported', message: 'no agent for Erlang and Elixir exists' },
  }),
}
