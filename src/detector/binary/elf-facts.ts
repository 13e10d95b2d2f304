/** Build information written by the Go linker. */
export interface GoFacts {
  /** Without the prefix `go`; absent if the build information was removed. */
  version?: string
  /** Path of the main module or package. */
  main?: string
  /** Linked modules, as `path@version`. */
  dependencies: string[]
}

/** Facts from the header and sections of a program. */
export interface ElfFacts {
  /** PT_INTERP: the loader; absent in a static program. */
  interpreter?: string
  /** DT_NEEDED: the linked libraries. */
  needed: string[]
  /** Names of sections; empty if the section headers were removed, as by UPX. */
  sections: string[]
  /** Text of `.comment`: the compilers. */
  comment?: string
  go?: GoFacts
}
