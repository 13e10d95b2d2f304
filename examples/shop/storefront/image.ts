import { defineImage } from '../../../tools/image.ts'
import { run } from '../../../tools/step.ts'
import { copyFiles, copyNode } from '../assemble.ts'

export default defineImage({
  name: 'shop-storefront',
  base: 'base',
  inputs: ['examples/shop/storefront', 'examples/shop/assemble.ts'],
  assemble: async (contextDir) => {
    await copyFiles('storefront', ['server.cjs', 'package.json', 'package-lock.json'], contextDir)
    await copyNode(contextDir)
    await run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: contextDir })
  },
})
