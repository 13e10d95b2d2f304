/**
 * Base URLs, to which the catalogue or the exporter appends a path. Users copy addresses from where they are documented, often with that
 * path: a backend would be asked for /v1/traces/v1/traces, and return 404.
 */
import type { CatalogueEntry } from './schema.ts'

/** Appended by the exporter of OTLP over HTTP. */
const SIGNAL_PATH = /\/v1\/(?:traces|metrics|logs)$/
const SLASHES = /\/+$/

const stringsOf = (node: unknown): string[] => {
  if (typeof node === 'string') return [node]
  return typeof node === 'object' && node !== null ? Object.values(node).flatMap(stringsOf) : []
}

/** The paths that templates append to a field; undefined if nothing is appended to it. */
const appendedPaths = ({ exporters }: CatalogueEntry, field: string): string[] | undefined => {
  const reference = `{{${field}}}`
  const isBase = exporters.some(({ type, config }) => type === 'otlp_http' && config['endpoint'] === reference)
  const paths = exporters
    .flatMap(({ config }) => stringsOf(config))
    .filter((text) => text.startsWith(`${reference}/`))
    .map((text) => text.slice(reference.length))
  return isBase || paths.length > 0 ? paths : undefined
}

const withoutPath = (url: string, path: string): string =>
  url.endsWith(path) ? url.slice(0, -path.length).replace(SLASHES, '') : url

/** The value of a field without what is appended to it anyway. */
export const withoutAppended = (entry: CatalogueEntry, field: string, text: string): string => {
  const paths = appendedPaths(entry, field)
  if (!paths) return text
  const url = text.trim().replace(SLASHES, '').replace(SIGNAL_PATH, '').replace(SLASHES, '')
  return paths.reduce(withoutPath, url)
}
