/*
 * The route of a request to Express. The instrumentation replaces the handler of each layer, and applications that look for
 * their handlers there find others. This leaves the layers alone: it follows which of them handle a request.
 */
'use strict'
const { context } = require('@opentelemetry/api')
const { getRPCMetadata, RPCType } = require('@opentelemetry/core')

const METHODS = ['handle_request', 'handleRequest']
/** The path that a layer was made with. */
const pathOf = new WeakMap()
/** The paths of the routers that a request is in. */
const pathsOf = new WeakMap()
const followed = new WeakSet()

const isEverything = (path) => path === '/' || path === '/*' || /^\/\{\*[^}]*\}$/.test(path)

const routeOf = (paths, request) => {
  const route = paths
    .filter((path) => !isEverything(path))
    .join('')
    .replace(/\/{2,}/g, '/')
  if (route) return route === '*' || route.startsWith('/') ? route : `/${route}`
  const isRoot = paths.length > 0 && paths.every((path) => path === '/') && /^\/(\?|$)/.test(request.originalUrl)
  return isRoot ? '/' : undefined
}

const holdsLayers = ({ name, handle }) => name === 'mounted_app' || Array.isArray(handle?.stack)

const follow = (original) =>
  function handle(request, response, next) {
    if (!pathOf.has(this)) return original.call(this, request, response, next)
    const outside = pathsOf.get(request) ?? []
    const path = pathOf.get(this)
    const paths = path === undefined ? outside : [...outside, path]
    const metadata = getRPCMetadata(context.active())
    if (metadata?.type === RPCType.HTTP) metadata.route = routeOf(paths, request)
    if (!holdsLayers(this)) return original.call(this, request, response, next)
    pathsOf.set(request, paths)
    return original.call(this, request, response, (...args) => {
      pathsOf.set(request, outside)
      return next(...args)
    })
  }

/** Replaces what the instrumentation does with each new layer. */
exports.leaveLayersAlone = (instrumentation) => {
  instrumentation._applyPatch = (layer, path) => {
    if (!layer) return
    pathOf.set(layer, path)
    const prototype = Object.getPrototypeOf(layer)
    const method = METHODS.find((name) => typeof prototype[name] === 'function')
    if (!method || followed.has(prototype)) return
    followed.add(prototype)
    const original = prototype[method]
    prototype[method] = Object.defineProperty(follow(original), 'name', { value: original.name })
  }
}
