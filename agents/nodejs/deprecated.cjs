/*
 * Node.js warns of a deprecated module of its own (DEP0040) where the nearest file that loads it is not below `node_modules`.
 * The hook of `require` is such a file. Here these modules are loaded past it, by functions that Node.js takes for its own.
 */
'use strict'
const Module = require('module')
const { compileFunction } = require('vm')

const NAMES = ['punycode', 'node:punycode']
const SOURCE = 'return function (id) { return (names.includes(id) ? bare : hooked).apply(this, arguments) }'

/** Calls `hook`, which replaces the functions that load modules, and keeps them from these modules. */
exports.hookAllBut = (hook) => {
  const places = [
    [Module.prototype, 'require'],
    [process, 'getBuiltinModule'],
  ].filter(([owner, name]) => typeof owner[name] === 'function')
  const before = places.map(([owner, name]) => owner[name])
  const result = hook()
  places.forEach(([owner, name], index) => {
    const [bare, hooked] = [before[index], owner[name]]
    if (bare === hooked) return
    // A name as that of a file of Node.js: those are passed over.
    const replaced = compileFunction(SOURCE, ['names', 'bare', 'hooked'], { filename: 'node:odigos' })
    owner[name] = Object.defineProperty(replaced(NAMES, bare, hooked), 'name', { value: bare.name, configurable: true })
  })
  return result
}
