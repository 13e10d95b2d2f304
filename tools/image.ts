/**
 * The definition of an image.
 *
 * A folder `deploy/images/<name>/` or `examples/shop/<service>/` contains a `Dockerfile` and an `image.ts` whose default
 * export is an `ImageDefinition`, or a list of them. Images are built without network access, so `assemble` adds everything
 * that is downloaded or compiled to the build context; the Dockerfile only copies. It begins with
 *
 *     ARG BASE_IMAGE=docker.io/library/debian:bookworm-slim
 *     FROM ${BASE_IMAGE}
 *
 * so that any Docker can build it from a public base, or with `FROM scratch`. Users are numeric (`USER 65532:65532`).
 */
export type BaseImage =
  /** Debian 12 with libstdc++6 and ca-certificates: enough for the Node.js binary of the npm package `node`. */
  | 'base'
  /** `base` and Debian's Python 3.11 (`/usr/bin/python3`), without pip. */
  | 'base-python'
  /** `base` and Debian's headless Java 17 runtime. */
  | 'base-java'
  /** Empty: static programs, or files that are only mounted. */
  | 'scratch'

export interface ImageDefinition {
  /** Last part of the image's name: `localhost/odigos/<name>:<tag>`. */
  name: string
  base: BaseImage
  /** Files and folders, relative to the repository, that determine the image's content, without `node_modules` and `.git`. */
  inputs: readonly string[]
  /** Fills the empty folder `contextDir` (absolute) with what the Dockerfile copies, without the Dockerfile itself. */
  assemble(contextDir: string): Promise<void>
}

/** Types `export default defineImage({...})`. */
export const defineImage = (definition: ImageDefinition): ImageDefinition => definition
