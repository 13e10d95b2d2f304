/*
 * Sends what is recorded when the process ends. Signals are left alone: a listener disables their default action, and a
 * busy process would no longer end. What a signal cuts off is at most what ended since the last sending.
 *
 * ES5 syntax only, like `boot.cjs`.
 */
'use strict'

function ignore() {}

/** Attaches to the end of this process. */
module.exports = function keepEnding(sdk) {
  var isFlushed = false
  process.on('beforeExit', function sendRest() {
    // Whatever takes time here makes Node.js emit the event once more, which no other listener may see.
    if (isFlushed || process.listenerCount('beforeExit') > 1) return
    isFlushed = true
    sdk.flush().catch(ignore)
  })
  process.on('exit', sdk.flushNow)
}
