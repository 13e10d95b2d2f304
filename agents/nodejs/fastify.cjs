/*
 * The route of a request to Fastify, whose newer versions have no instrumentation here. It is found where the router finds it:
 * no hook or plug-in that the application could see.
 */
'use strict'
const { context } = require('@opentelemetry/api')
const { getRPCMetadata, RPCType } = require('@opentelemetry/core')

const ROUTER = 'find-my-way'

/** Follows the router of Fastify, when it is loaded. */
exports.followRoutes = (requireHook) => {
  requireHook.register(ROUTER, (Router, name) => {
    const find = name === ROUTER ? Router.prototype?.find : undefined
    if (typeof find !== 'function') return Router
    const followed = function (...args) {
      const found = find.apply(this, args)
      const metadata = getRPCMetadata(context.active())
      // Fastify keeps the route with its handler; another user of the router keeps something else.
      const route = found?.store?.config?.url
      if (metadata?.type === RPCType.HTTP && typeof route === 'string') metadata.route = route
      return found
    }
    for (const key of ['name', 'length']) Object.defineProperty(followed, key, { value: find[key], configurable: true })
    Router.prototype.find = followed
    return Router
  })
}
