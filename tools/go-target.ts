/** What every Go program here is built for, whatever the user's own settings are. */
export const GO_TARGET = { GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0' }
