import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { baseHash } from '../../../deploy/images/base.ts'
import { commonTag, findImages } from '../../../deploy/images/find.ts'
import { assemblerOf } from '../../../agents/assemble.ts'
import { agentImageName } from '../../../src/api/names.ts'
import { AGENT_DEFINITIONS, FILES_AGENTS } from '../../../src/inject/agents/index.ts'
import type { FoundImage } from '../../../deploy/images/find.ts'

const instructions = (folder: string): string[] =>
  readFileSync(join(folder, 'Dockerfile'), 'utf8')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))

describe('images', () => {
  let images: FoundImage[]
  before(async () => {
    images = await findImages(baseHash)
  })

  it('have names of their own', () => {
    const names = images.map(({ definition }) => definition.name)
    assert(names.length > 2)
    assert.deepEqual([...new Set(names)], names)
  })

  it('are there for each agent, whose folder assembles its files', async () => {
    const names = images.map(({ definition }) => definition.name)
    for (const { name, delivery } of Object.values(AGENT_DEFINITIONS)) {
      assert.equal(names.includes(agentImageName(name)), delivery !== 'configuration', name)
    }
    for (const agent of FILES_AGENTS) assert.equal(typeof (await assemblerOf(agent)).assemble, 'function')
  })

  it('are built by copying alone, from a base that is an argument, for a user who is not root', () => {
    for (const { folder, definition } of images) {
      const lines = instructions(folder)
      const start = definition.base === 'scratch' ? /^FROM scratch$/ : /^ARG BASE_IMAGE=\S+;FROM \$\{?BASE_IMAGE\}?$/
      assert.match(lines.slice(0, definition.base === 'scratch' ? 1 : 2).join(';'), start, folder)
      assert.deepEqual(
        lines.filter((line) => /^RUN\b/i.test(line)),
        [],
        `${folder}: an image is built without network and without root, so it only copies`,
      )
      const user = lines.findLast((line) => line.startsWith('USER '))
      assert.match(user ?? '', /^USER [1-9]\d*:[1-9]\d*$/, `${folder}: a user other than root, by number`)
    }
  })

  it('have equal hashes when nothing changed, and other ones on another base', async () => {
    const again = await findImages(baseHash)
    assert.deepEqual(
      again.map(({ hash }) => hash),
      images.map(({ hash }) => hash),
    )
    const rebased = await findImages((base) => `${baseHash(base)}, newer`)
    for (const [index, { hash }] of rebased.entries()) assert.notEqual(hash, images[index]?.hash)
  })

  it('share one tag that changes with any of them', () => {
    const [first, ...others] = images
    assert(first !== undefined)
    assert.match(commonTag(images), /^[0-9a-f]{12}$/)
    assert.equal(commonTag([...images]), commonTag(images))
    assert.notEqual(commonTag([{ ...first, hash: 'another' }, ...others]), commonTag(images))
  })
})
