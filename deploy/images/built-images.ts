/** The results of a build: archives and names of the images. */
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
  /** Common tag of all images of the repository, built or not. */
  tag: string
  /** The reference of one image; throws if it was not built. */
  reference: (name: string) => string
}
