/*
 * Our SDK is registered in a copy of the API that is private to the agent. The application's own copies find it in the
 * place that all copies share, so that spans of the application and its libraries are ours as well. But an SDK that the
 * application registers there is accepted as if ours did not exist, and ours gives way to it.
 */
'use strict'
const fs = require('fs')
const path = require('path')
const { fileURLToPath } = require('url')

const SHARED = Symbol.for('opentelemetry.js.api.1')
const TYPES = ['trace', 'context', 'propagation', 'metrics', 'logs']
const MAX_DEPTH = 6
const LITERAL = /["'`](1\.\d+\.\d+)["'`]/g

/** The file of the function that called into this one. */
const callingFile = () => {
  const { prepareStackTrace } = Error
  try {
    Error.prepareStackTrace = (_error, frames) => frames.map((frame) => frame.getFileName())
    const file = new Error('stack').stack.find((each) => each && each !== __filename)
    return file && file.startsWith('file:') ? fileURLToPath(file) : file
  } finally {
    Error.prepareStackTrace = prepareStackTrace
  }
}

/** The version of the API in a bundle: the last one that stands before, or the only one that stands in, its registry. */
const bundledVersion = (text) => {
  const index = text.indexOf('opentelemetry.js.api.')
  if (index < 0) return undefined
  const compared = /\.version\s*!==?\s*["'](1\.\d+\.\d+)["']/.exec(text.slice(index, index + 3000))
  return compared ? compared[1] : [...text.slice(0, index).matchAll(LITERAL)].map(([, version]) => version).pop()
}

/** A copy of the API only registers an SDK if the registry was made by a copy of exactly its own version. */
const callersVersion = () => {
  try {
    const file = callingFile()
    for (let dir = path.dirname(file), depth = 0; depth < MAX_DEPTH; depth += 1, dir = path.dirname(dir)) {
      const manifest = path.join(dir, 'package.json')
      if (!fs.existsSync(manifest)) continue
      const { name, version } = JSON.parse(fs.readFileSync(manifest, 'utf8'))
      if (name === '@opentelemetry/api') return version
    }
    return bundledVersion(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** Tracers that were made before the application registered its SDK belong to it afterwards. */
const dynamicProvider = (current) => ({
  getTracer: (...args) => {
    let provider
    let tracer
    const delegate = () => {
      if (provider !== current()) {
        provider = current()
        tracer = provider.getTracer(...args)
      }
      return tracer
    }
    return {
      startSpan: (...rest) => delegate().startSpan(...rest),
      startActiveSpan: (...rest) => delegate().startActiveSpan(...rest),
    }
  },
  getDelegate: () => current(),
})

/** Offers `ours`, the registry of the private copy; calls `giveWay` when the application registers a tracer provider. */
exports.offer = (ours, giveWay) => {
  const registered = { ...globalThis[SHARED] }
  let registeringVersion
  const provider = dynamicProvider(() => registered.trace ?? ours.trace)
  const offered = (type) => registered[type] ?? (type === 'trace' ? provider : ours[type])

  const accept = (type, value) => {
    registered[type] = value
    if (type !== 'trace') return
    // From here on the place is as it would be without the agent.
    Object.defineProperty(globalThis, SHARED, { value: registered, writable: true, configurable: true })
    giveWay()
  }
  const registry = {
    get version() {
      const version = registeringVersion ?? ours.version
      registeringVersion = undefined
      return version
    },
  }
  for (const type of [...TYPES, 'diag']) {
    Object.defineProperty(registry, type, {
      get: () => {
        if (registeringVersion === undefined) return offered(type)
        // Asked whether there is one already: ours does not count.
        if (registered[type]) registeringVersion = undefined
        return registered[type]
      },
      set: (value) => {
        accept(type, value)
      },
      configurable: true,
      enumerable: true,
    })
  }
  Object.defineProperty(globalThis, SHARED, {
    get: () => registry,
    // Every copy of the API assigns the registry to its place before it registers something, and at no other time.
    set: (value) => {
      if (value === registry) {
        registeringVersion = callersVersion() ?? ours.version
        registered.version = registeringVersion
      } else {
        Object.defineProperty(globalThis, SHARED, { value, writable: true })
      }
    },
    configurable: true,
    enumerable: false,
  })
}
