import { join } from 'node:path'
import type { NextConfig } from 'next'

const repository = join(import.meta.dirname, '..')

const config: NextConfig = {
  output: 'standalone',
  // The API types, the catalogue and the Kubernetes client of the control plane are outside this folder.
  turbopack: { root: repository },
  outputFileTracingRoot: repository,
  // Images are not resized, so the image library (19 MB) stays out.
  images: { unoptimized: true },
  outputFileTracingExcludes: { '*': ['../node_modules/@img/**', '../node_modules/sharp/**'] },
  // Server-sent events must not wait in a compressor's buffer, and compressed secrets could be guessed from their length.
  compress: false,
  poweredByHeader: false,
  // Every path must reach proxy.ts, which refuses foreign hosts, before anything responds.
  skipTrailingSlashRedirect: true,
  reactStrictMode: true,
}

export default config
