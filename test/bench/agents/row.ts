import type { Service } from './measure.ts'

/** A service with and without agents. `stock` is the agent as its makers start it. Each language adds a file with one. */
export interface Row {
  name: string
  services: (endpoint: string) => Promise<Record<'bare' | 'ours' | 'stock', Service>>
}
