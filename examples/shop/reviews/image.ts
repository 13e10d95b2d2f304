import { join } from 'node:path'
import { defineImage } from '../../../tools/image.ts'
import { run } from '../../../tools/step.ts'
import { copyFiles } from '../assemble.ts'

export default defineImage({
  name: 'shop-reviews',
  base: 'base-python',
  inputs: ['examples/shop/reviews', 'examples/shop/assemble.ts'],
  assemble: async (contextDir) => {
    await copyFiles('reviews', ['manage.py', 'reviews', 'requirements.txt', 'site-packages.pth'], contextDir)
    const target = join(contextDir, 'site-packages')
    // Whichever Python runs pip, the packages are those for Debian's 3.11.
    const packages = ['--only-binary=:all:', '--python-version=3.11', '--no-compile', '--require-hashes']
    const requirements = join(contextDir, 'requirements.txt')
    await run('python3', ['-m', 'pip', 'install', '--quiet', ...packages, '--target', target, '-r', requirements])
  },
})
