interface Variable {
  name: string
  value: string
}

/** One variable with a comma-separated list; `always` is added to the libraries that the user lists. */
export interface LibraryList {
  list: string
  always: readonly string[]
  /** Why those are always disabled, for the documentation. */
  why: string
}

/** A variable for each library. */
export interface LibraryVariables {
  variableOf: (library: string) => string
}

/** How instrumentation libraries are disabled. */
export type LibrarySwitch = LibraryList | LibraryVariables

/** The variables that disable the named libraries, without those that are always disabled. */
export const switchOff = (libraries: LibrarySwitch | undefined, names: readonly string[]): Variable[] => {
  if (!libraries || names.length === 0) return []
  return 'list' in libraries
    ? [{ name: libraries.list, value: names.join(',') }]
    : names.map((name) => ({ name: libraries.variableOf(name), value: 'false' }))
}

/** The variable with the libraries that are always disabled, if the agent has one. */
export const alwaysOff = (libraries: LibrarySwitch | undefined): Variable[] =>
  libraries && 'list' in libraries ? switchOff(libraries, libraries.always) : []

/** The value of a user's variable; the libraries that are always disabled are added if it is their list. */
export const withAlwaysOff = (libraries: LibrarySwitch | undefined, { name, value }: Variable): string =>
  libraries && 'list' in libraries && name === libraries.list
    ? [...new Set([...libraries.always, ...value.split(',')])].join(',')
    : value
