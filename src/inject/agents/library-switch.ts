interface Variable {
  name: string
  value: string
}

/** One variable with a comma-separated list; `always` is joined with what the user lists. */
export interface LibraryList {
  list: string
  always: readonly string[]
  /** Why those are always in it, for the documentation. */
  why: string
}

/** A variable for each library. */
export interface LibraryVariables {
  variableOf: (library: string) => string
}

/** How instrumentations of libraries are switched off. */
export type LibrarySwitch = LibraryList | LibraryVariables

/** The variables that switch libraries off, without those that are off always. */
export const switchOff = (libraries: LibrarySwitch | undefined, names: readonly string[]): Variable[] => {
  if (!libraries || names.length === 0) return []
  return 'list' in libraries
    ? [{ name: libraries.list, value: names.join(',') }]
    : names.map((name) => ({ name: libraries.variableOf(name), value: 'false' }))
}

/** The list of libraries that are off always, as a variable, where the agent has one. */
export const alwaysOff = (libraries: LibrarySwitch | undefined): Variable[] =>
  libraries && 'list' in libraries ? switchOff(libraries, libraries.always) : []

/** A variable of the user's, joined with the libraries that are off always where it is the list of them. */
export const withAlwaysOff = (libraries: LibrarySwitch | undefined, { name, value }: Variable): string =>
  libraries && 'list' in libraries && name === libraries.list
    ? [...new Set([...libraries.always, ...value.split(',')])].join(',')
    : value
