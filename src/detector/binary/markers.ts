/** Searches the bytes of a program for markers of its toolchain. Pure. */
import type { ReadRange } from './elf-format.ts'

/** Markers to search for in the bytes of a program. */
export type MarkerName =
  | 'nodeRelease'
  | 'nodeModuleVersion'
  | 'rustc'
  | 'graalNative'
  | 'dotnetBundle'
  | 'dotnetAot'
  | 'pyInstaller'
  | 'nuitka'
  | 'upx'
  | 'phpPoweredBy'

interface Marker {
  bytes: Buffer
  /** Number of context bytes returned before and after the marker. */
  before?: number
  after?: number
}

const text = (marker: string, after = 0): Marker => ({ bytes: Buffer.from(marker, 'latin1'), after })

export const MARKERS: Record<MarkerName, Marker> = {
  // Official builds contain the URL of their sources, also inside single executables.
  nodeRelease: text('nodejs.org/download/release/v', 16),
  // The build's configuration, as JSON; the number is NODE_MODULE_VERSION.
  nodeModuleVersion: text('"node_module_version": ', 4),
  rustc: text('/rustc/', 40),
  // Survives strip; written by native-image (VMFeature.java).
  graalNative: text('com.oracle.svm.core.VM=', 40),
  // sha256 of ".net core bundle\n"; the eight bytes before it are the offset of the bundle, 0 in a plain apphost.
  dotnetBundle: {
    bytes: Buffer.from('8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae', 'hex'),
    before: 8,
  },
  dotnetAot: text('DotNetRuntimeDebugHeader'),
  pyInstaller: text('MEI\x0c\x0b\x0a\x0b\x0e'),
  nuitka: text('NUITKA_ONEFILE'),
  upx: text('UPX!'),
  phpPoweredBy: text('X-Powered-By: PHP/', 12),
}

/** Markers to search for in a program that nothing else identifies. */
export const UNKNOWN_PROGRAM_MARKERS = [
  'nodeRelease',
  'rustc',
  'graalNative',
  'dotnetBundle',
  'dotnetAot',
  'pyInstaller',
  'nuitka',
  'upx',
] as const satisfies MarkerName[]

const CHUNK_BYTES = 1024 * 1024
/** Programs of 160 MB and more exist (GraalVM images, bundles of .NET), but their markers are not at the end. */
const MAX_SEARCHED_BYTES = 160 * CHUNK_BYTES
/** Longest marker with its context. */
const OVERLAP_BYTES = 128

const contextOf = (chunk: Buffer, { bytes, before = 0, after = 0 }: Marker): string | undefined => {
  const at = chunk.indexOf(bytes)
  return at < before ? undefined : chunk.toString('latin1', at - before, at + bytes.length + after)
}

/** The first occurrence of each marker, with its context, as latin1 text. */
export const searchMarkers = (
  read: ReadRange,
  size: number,
  names: readonly MarkerName[],
): Partial<Record<MarkerName, string>> => {
  const found: Partial<Record<MarkerName, string>> = {}
  const end = Math.min(size, MAX_SEARCHED_BYTES)
  let missing = [...names]
  const scratch = Buffer.allocUnsafe(CHUNK_BYTES + 2 * OVERLAP_BYTES)
  for (let offset = 0; offset < end && missing.length > 0; offset += CHUNK_BYTES) {
    const start = Math.max(0, offset - OVERLAP_BYTES)
    const chunk = read(start, offset - start + CHUNK_BYTES + OVERLAP_BYTES, scratch)
    for (const name of missing) {
      const context = contextOf(chunk, MARKERS[name])
      if (context !== undefined) found[name] = context
    }
    missing = missing.filter((name) => found[name] === undefined)
  }
  return found
}
