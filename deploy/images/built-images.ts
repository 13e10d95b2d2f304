/** What a build of images gives: where each is, and under which names. */
export interface BuiltImage {
  name: string
  /** `localhost/odigos/<name>`. */
  repository: string
  /** `localhost/odigos/<name>:<hash of this image's inputs>`, as written in the archive. */
  reference: string
  archive: string
}

export interface BuiltImages {
  images: readonly BuiltImage[]
  /** One tag over all images of the repository, built or not. */
  tag: string
  /** The reference of one image; throws when it is not among those built. */
  reference: (name: string) => string
}
