/** The host of an endpoint, with or without a scheme; in lower case, without the dot at the end of a complete name. */
export const hostOf = (endpoint: string): string =>
  (/^(?:[a-z]+:\/\/)?(\[[^\]]+\]|[^:/?#]+)/i.exec(endpoint)?.[1] ?? '').toLowerCase().replace(/\.$/, '')
