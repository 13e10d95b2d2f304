import { defineImage } from '../../../tools/image.ts'
import { buildGo } from '../assemble.ts'

export default defineImage({
  name: 'shop-loadgen',
  base: 'scratch',
  inputs: ['examples/shop/loadgen', 'examples/shop/assemble.ts'],
  assemble: (contextDir) => buildGo('loadgen', contextDir),
})
