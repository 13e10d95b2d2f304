import type { ProcessSnapshot } from '../proc/process-snapshot.ts'
import { bun } from './bun.ts'
import { deno } from './deno.ts'
import { dotnet } from './dotnet.ts'
import { erlang } from './erlang.ts'
import { go } from './go.ts'
import { infrastructure } from './infrastructure.ts'
import { java } from './java.ts'
import { native } from './native.ts'
import { nodejs } from './nodejs.ts'
import { php } from './php.ts'
import { python } from './python.ts'
import { ruby } from './ruby.ts'
import type { Match, Rule } from './rule.ts'
import { wrappers } from './wrappers.ts'

/** Every rule; where two matches are equally strong, the earlier one counts. */
export const RULES: readonly Rule[] = [
  wrappers,
  php,
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

/** What a process is: the rule with the strongest match. */
export const identify = (process: ProcessSnapshot): Identity | undefined => {
  let best: Identity | undefined
  for (const rule of RULES) {
    const match = rule.match(process)
    if (match && (!best || match.strength > best.match.strength)) best = { rule, match }
  }
  return best
}
