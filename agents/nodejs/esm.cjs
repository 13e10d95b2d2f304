/*
 * `import` does not use `require`: only a loader hook can intercept modules imported by ES modules. It wraps only the
 * modules that have an instrumentation, so that all others are loaded unchanged.
 */
'use strict'
const module_ = require('module')
const path = require('path')
const { pathToFileURL } = require('url')

/** Makes `import` of the modules with these names visible to their instrumentations, if the runtime supports it. */
exports.hookEsModules = (names) => {
  const include = names.flatMap((name) => (module_.builtinModules.includes(name) ? [name, `node:${name}`] : [name]))
  // Not bundled: the generated wrappers import its files by their paths.
  const hooks = path.join(__dirname, '..', 'import-in-the-middle')
  if (supportsSyncHooks()) {
    require(path.join(hooks, 'register-hooks.mjs')).register({ include })
  } else if (module_.register) {
    module_.register(pathToFileURL(path.join(hooks, 'hook.mjs')).href, { data: { include } })
  }
}

// In-thread hooks are cheaper than a loader thread; earlier versions reject what import-in-the-middle returns for
// CommonJS modules (nodejs/node#59929).
const supportsSyncHooks = () => {
  const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map((part) => Number.parseInt(part, 10))
  const first = { 22: [22, 3], 24: [11, 1], 25: [1, 0] }[major]
  if (!first) return major >= 26
  return minor > first[0] || (minor === first[0] && patch >= first[1])
}
