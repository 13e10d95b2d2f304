import type { ProcessSnapshot } from '../proc/process-snapshot.ts'
import { bun } from './runtime/bun.ts'
import { deno } from './runtime/deno.ts'
import { dotnet } from './runtime/dotnet.ts'
import { embeddedPython } from './runtime/embedded-python.ts'
import { erlang } from './runtime/erlang.ts'
import { go } from './compiled/go.ts'
import { infrastructure } from './infrastructure.ts'
import { java } from './runtime/java.ts'
import { native } from './compiled/native.ts'
import { nodejs } from './runtime/nodejs.ts'
import { php } from './runtime/php.ts'
import { python } from './runtime/python.ts'
import { ruby } from './runtime/ruby.ts'
import type { Match, Rule } from './rule.ts'
import { wrappers } from './wrappers.ts'

/** All rules; of two equally strong matches, the earlier one wins. */
export const RULES: readonly Rule[] = [
  wrappers,
  php,
  embeddedPython,
  infrastructure,
  bun,
  deno,
  erlang,
  go,
  nodejs,
  java,
  dotnet,
  python,
  ruby,
  native,
]

export interface Identity {
  rule: Rule
  match: Match
}

/** Identifies a process by the rule with the strongest match. */
export const identify = (process: ProcessSnapshot): Identity | undefined => {
  let best: Identity | undefined
  for (const rule of RULES) {
    const match = rule.match(process)
    if (match && (!best || match.strength > best.match.strength)) best = { rule, match }
  }
  return best
}
