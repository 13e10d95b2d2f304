import { register } from 'node:module'

register('./hooks.mjs', import.meta.url)
console.log('import', process.execArgv.length)
