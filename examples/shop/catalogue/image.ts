import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineImage } from '../../../tools/image.ts'
import { run } from '../../../tools/step.ts'
import { SHOP_DIR } from '../assemble.ts'

export default defineImage({
  name: 'shop-catalogue',
  base: 'base-java',
  inputs: ['examples/shop/catalogue', 'examples/shop/assemble.ts'],
  assemble: async (contextDir) => {
    const classes = await mkdtemp(join(tmpdir(), 'shop-catalogue-'))
    try {
      const source = join(SHOP_DIR, 'catalogue/Catalogue.java')
      await run('javac', ['--release', '17', '-encoding', 'UTF-8', '-Xlint:all', '-Werror', '-d', classes, source])
      const jar = join(contextDir, 'catalogue.jar')
      await run('jar', ['--create', '--file', jar, '--main-class', 'Catalogue', '-C', classes, '.'])
    } finally {
      await rm(classes, { recursive: true })
    }
  },
})
