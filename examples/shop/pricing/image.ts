import { defineImage } from '../../../tools/image.ts'
import { buildGo } from '../assemble.ts'

export default defineImage({
  name: 'shop-pricing',
  base: 'scratch',
  inputs: ['examples/shop/pricing', 'examples/shop/assemble.ts'],
  assemble: (contextDir) => buildGo('pricing', contextDir),
})
