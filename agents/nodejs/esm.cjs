/*
 * `import` does not pass through `require`: modules imported by ES modules are only seen by a loader hook. It wraps just
 * the modules that have an instrumentation, so that all others are loaded as if nobody was here.
 */
'use strict'
const module_ = require('module')
const path = require('path')
const { pathToFileURL } = require('url')

/** Makes `import` of the modules with these names visible to their instrumentations, where the runtime has a way. */
exports.hookEsModules = (names) => {
  const include = names.flatMap((name) => (module_.builtinModules.includes(name) ? [name, `node:${name}`] : [name]))
  // Not bundled: the wrappers that it generates import its files by their place on disk.
  const hooks = path.join(__dirname, 'node_modules', 'import-in-the-middle')
  if (supportsSyncHooks()) {
    require(path.join(hooks, 'register-hooks.mjs')).register({ include })
  } else if (module_.register) {
    module_.register(pathToFileURL(path.join(hooks, 'hook.mjs')).href, { data: { include } })
  }
}

// In-thread hooks are cheaper than a loader thread; versions before these refuse what import-in-the-middle answers for
// CommonJS modules (nodejs/node#59929).
const supportsSyncHooks = () => {
  const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map((part) => Number.parseInt(part, 10))
  const first = { 22: [22, 3], 24: [11, 1], 25: [1, 0] }[major]
  if (!first) return major >= 26
  return minor > first[0] || (minor === first[0] && patch >= first[1])
}
