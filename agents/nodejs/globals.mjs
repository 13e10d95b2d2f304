/* Injected by the build into the whole bundle: what applications and their tests replace by fakes, taken before they do. */
const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, Date } = globalThis
export { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, Date }
