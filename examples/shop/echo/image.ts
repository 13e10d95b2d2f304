import { defineImage } from '../../../tools/image.ts'
import { copyFiles, copyNode } from '../assemble.ts'

export default defineImage({
  name: 'shop-echo',
  base: 'base',
  inputs: ['examples/shop/echo', 'examples/shop/assemble.ts'],
  assemble: async (contextDir) => {
    await copyFiles('echo', ['server.js', 'package.json'], contextDir)
    await copyNode(contextDir)
  },
})
