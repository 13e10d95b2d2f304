/** Build target of all Go programs, regardless of the user's settings. */
export const GO_TARGET = { GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0' }
