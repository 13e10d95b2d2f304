/** What the Go linker wrote down. */
export interface GoFacts {
  /** Without `go` in front; absent where the build information was removed. */
  version?: string
  /** Path of the main module or package. */
  main?: string
  /** Modules that are linked in, as `path@version`. */
  dependencies: string[]
}

/** What the header and sections of a program tell. */
export interface ElfFacts {
  /** PT_INTERP: the loader; absent in a static program. */
  interpreter?: string
  /** DT_NEEDED: the libraries that it is linked with. */
  needed: string[]
  /** Names of sections; empty where the section headers were removed, as by UPX. */
  sections: string[]
  /** Text of `.comment`: the compilers. */
  comment?: string
  go?: GoFacts
}
