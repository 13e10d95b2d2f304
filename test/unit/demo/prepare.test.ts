import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { prepareCluster } from '../../../deploy/demo/prepare.ts'
import { checkoutTag } from '../../../deploy/images/build.ts'
import { baseHash } from '../../../deploy/images/base.ts'
import { commonTag, findImages } from '../../../deploy/images/find.ts'

describe('a cluster that is given', () => {
  it('is refused without a registry, with the command that fills one', async () => {
    await assert.rejects(prepareCluster({ context: 'mine' }), /--context requires --registry[^]*npm run images/)
  })

  it('gets the tag that is pushed from this checkout', async () => {
    assert.equal(await checkoutTag(), commonTag(await findImages(baseHash)))
  })

  it('needs kubectl and helm, and says where they come from', () => {
    const module = join(import.meta.dirname, '../../../deploy/demo/kubectl.ts')
    const script = `import { requireClients } from ${JSON.stringify(module)}; requireClients()`
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { PATH: '', ODIGOS_CACHE: '/nonexistent' },
    })
    assert.match(stderr, /RemedyError: kubectl is required.*https:\/\/kubernetes\.io/)
  })
})
