// An agent for Node.js that fails while it is loaded, as the variable FAILS of the application says.
'use strict'
const failures = {
  throws: () => {
    throw new Error('the agent cannot start')
  },
  stalls: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  swells: () => {
    for (const taken = []; ;) taken.push(Buffer.alloc(4 << 20, 1))
  },
}
failures[process.env.FAILS]?.()
