/* What is corrected of the spans that instrumentations make, each of them without knowledge of the others. */
'use strict'
const { SpanKind, trace } = require('@opentelemetry/api')

const ROUTE = 'http.route'
/** The server span around a span that was one itself, and around what is inside that. */
const serverOf = new WeakMap()

const isDatabase = ({ attributes }) => 'db.system' in attributes || 'db.system.name' in attributes

/**
 * A request has one SERVER span: frameworks that make their own inside ours (Next.js makes two) count it more than once.
 * The same holds for a query, of a database driver inside an ORM.
 */
exports.correctKind = (span, parentContext) => {
  const parent = trace.getSpan(parentContext)
  // A span of another process has no kind here.
  if (parent?.kind === undefined || parent.ended) return
  if (span.kind === SpanKind.SERVER) {
    span.kind = SpanKind.INTERNAL
    serverOf.set(span, serverOf.get(parent) ?? parent)
    return
  }
  if (serverOf.has(parent)) serverOf.set(span, serverOf.get(parent))
  const isQuery = span.kind === SpanKind.CLIENT && isDatabase(span)
  if (isQuery && parent.kind === SpanKind.CLIENT && isDatabase(parent)) parent.kind = SpanKind.INTERNAL
}

/** The framework's span has the route; the one around it may not. */
exports.passRoute = (span) => {
  const server = serverOf.get(span)
  // Next.js names the file of the route; the route itself only on a span that is the first of the process.
  const route = span.attributes[ROUTE] ?? span.attributes['next.route']?.replace(/(.)\/(route|page)$/, '$1')
  if (!server || server.ended || !route || server.attributes[ROUTE]) return
  const method = server.attributes['http.request.method'] ?? server.attributes['http.method'] ?? 'HTTP'
  server.setAttribute(ROUTE, route)
  server.updateName(`${method} ${route}`)
}
