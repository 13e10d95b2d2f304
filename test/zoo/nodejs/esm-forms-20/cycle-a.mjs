import { second } from './cycle-b.mjs'

export function first() {
  return `first ${second()}`
}
