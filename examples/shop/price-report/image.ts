import { defineImage } from '../../../tools/image.ts'
import { buildGo } from '../assemble.ts'

export default defineImage({
  name: 'shop-price-report',
  base: 'scratch',
  inputs: ['examples/shop/price-report', 'examples/shop/assemble.ts'],
  assemble: (contextDir) => buildGo('price-report', contextDir),
})
