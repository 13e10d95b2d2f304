/*
 * Binds requests and responses to the context of their span by their `emit`, once for all listeners. The SDK's own way
 * replaces each method that adds or removes a listener, and each listener, for each request. Instrumentations observe events
 * here as well (the build makes them do so): a listener of their own would be one that the application can count.
 */
'use strict'
const { errorMonitor } = require('events')
const hooks = require('@opentelemetry/context-async-hooks')

/** What is called before the listeners of an event, by its name. */
const observers = Symbol('odigos.observers')

const notify = (emitter, event, args) => {
  for (const observer of emitter[observers][event] ?? []) observer(...args)
}

function emitObserved(emit, event, ...args) {
  if (event === 'error') notify(this, errorMonitor, args)
  notify(this, event, args)
  return emit.call(this, event, ...args)
}

/** Replaces `emit` of this emitter, as invisibly as if it were a property of the prototype. */
const replaceEmit = (emitter, value) => {
  Object.defineProperty(emitter, 'emit', { value, writable: true, configurable: true })
  // Without a prototype: any name may be that of an event.
  Object.defineProperty(emitter, observers, { value: Object.create(null) })
}

function bindEmitter(context, emitter) {
  if (emitter[observers]) return emitter
  const manager = this
  const { emit } = emitter
  replaceEmit(emitter, function (...args) {
    // Another context costs more than all of this function.
    if (manager.active() === context) return emitObserved.call(this, emit, ...args)
    return manager.with(context, emitObserved, this, emit, ...args)
  })
  return emitter
}

exports.bindByEmit = () => {
  for (const manager of [hooks.AsyncLocalStorageContextManager, hooks.AsyncHooksContextManager]) {
    if (manager?.prototype._bindEventEmitter) manager.prototype._bindEventEmitter = bindEmitter
  }
}

/** Calls `observer` before the listeners of the event. */
exports.observe = (emitter, event, observer) => {
  if (!emitter[observers]) {
    const { emit } = emitter
    replaceEmit(emitter, function (...args) {
      return emitObserved.call(this, emit, ...args)
    })
  }
  ;(emitter[observers][event] ??= []).push(observer)
  return emitter
}
