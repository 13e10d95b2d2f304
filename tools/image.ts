/**
 * What a folder with an image says about itself.
 *
 * A folder `deploy/images/<name>/` or `examples/shop/<service>/` holds a `Dockerfile` and an `image.ts` whose default export
 * is an `ImageDefinition`, or a list of them. Images are built without any network, so everything that is fetched or
 * compiled is put into the build context by `assemble`; the Dockerfile only copies. It begins with
 *
 *     ARG BASE_IMAGE=docker.io/library/debian:bookworm-slim
 *     FROM ${BASE_IMAGE}
 *
 * so that any Docker can build it from a public base, or with `FROM scratch`. Users are given by number (`USER 65532:65532`).
 */
export type BaseImage =
  /** Debian 12 with libstdc++6 and ca-certificates: enough for the Node.js binary of the npm package `node`. */
  | 'base'
  /** `base` and Debian's Python 3.11 (`/usr/bin/python3`), without pip. */
  | 'base-python'
  /** `base` and Debian's headless Java 17 runtime. */
  | 'base-java'
  /** Nothing: static programs, or files that are only mounted. */
  | 'scratch'

export interface ImageDefinition {
  /** Last part of the image's name: `localhost/odigos/<name>:<tag>`. */
  name: string
  base: BaseImage
  /** Files and folders, relative to the repository, that decide the image's content. `node_modules` and `.git` in them are left out. */
  inputs: readonly string[]
  /** Fills the empty folder `contextDir` (absolute) with what the Dockerfile copies. The Dockerfile itself is not put there. */
  assemble(contextDir: string): Promise<void>
}

/** Gives `export default defineImage({...})` its type. */
export const defineImage = (definition: ImageDefinition): ImageDefinition => definition
