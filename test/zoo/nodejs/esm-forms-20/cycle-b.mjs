import { first } from './cycle-a.mjs'

export function second() {
  return `second ${typeof first}`
}
