// open-telemetry/opentelemetry-js-contrib issues 1942 and 3683, and pull request 2498.
import { createRequire } from 'node:module'
import DataLoader, * as namespace from 'dataloader'

class Numbers extends DataLoader {
  constructor(prefix) {
    super(async (keys) => keys.map((key) => `${this.prefix}${key}`))
    this.prefix = prefix
  }
  load(key) {
    return super.load(key).then((value) => `${value}!`)
  }
}
const outcome = (promise) => promise.catch((error) => `${error.constructor.name}: ${error.message}`)

const numbers = new Numbers('n')
console.log(await Promise.all([numbers.load(7), numbers.load(8)]), await numbers.loadMany([7, 9]))
console.log(numbers instanceof DataLoader, Object.keys(numbers).toSorted(), DataLoader.length, DataLoader.name)
console.log(Object.keys(namespace).toSorted(), createRequire(import.meta.url)('dataloader') === DataLoader)
console.log(
  Object.getOwnPropertyNames(DataLoader.prototype).map((name) => [name, DataLoader.prototype[name].length].join()),
)

const failing = new DataLoader(() => {
  throw new Error('the batch fails at once')
})
console.log(await outcome(failing.load(1)))
const wrong = new DataLoader(async () => [1, 2, 3])
console.log(await outcome(wrong.load(1)))
console.log(
  await outcome(new DataLoader(async (keys) => keys.map((key) => new Error(`none: ${key}`))).loadMany([1, 2])),
)
for (const action of [() => numbers.load(null), () => new DataLoader(7), () => DataLoader(async () => [])]) {
  try {
    console.log(action())
  } catch (error) {
    console.log(error.constructor.name, error.message)
  }
}
console.log(numbers.prime(1, 'one') === numbers, numbers.clear(1) === numbers, numbers.clearAll() === numbers)
const named = new DataLoader(
  async function batch(keys) {
    return keys.map(() => this === named)
  },
  { name: 'named', maxBatchSize: 2 },
)
console.log(named.name, await named.loadMany([1, 2, 3]), named._batchLoadFn.name, named._batchLoadFn.length)
