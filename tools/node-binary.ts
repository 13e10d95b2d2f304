import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Path of the Node.js binary of the npm package `node`, which the lock file pins. */
export const NODE_BINARY = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node')
